import type { JSX } from 'preact';
import { age, clock, count, duration, money, none } from '../format';
import type { Offered, Slate } from '../state/slate';
import type { Shown } from '../state/watch';
import { isKey, useSpeech, type Key } from '../text';
import { Card, Waiting } from './card';
import { Refusal } from './refusal';

interface Props {
  area: 'home' | 'beside';
  title: string;
  shown: Shown;
  // open looks at an item, put adds it to the cart, like to the favourites.
  open: (item: Offered, position: number, slate: Slate) => void;
  put: (item: Offered) => void;
  like: (item: Offered) => void;
  again: () => void;
  clear: (() => void) | null;
  // lead stands over the goods.
  lead?: JSX.Element;
}

// SlateCard shows an answer: each item with price, stock and why it is there. An item that was not there
// before, or for another reason, lights up.
export function SlateCard(props: Props): JSX.Element {
  const { t } = useSpeech();
  const { slate, problem } = props.shown;
  const table = (of: Slate) => (): JSX.Element => (
    <>
      {props.lead}
      <Table {...props} slate={of} />
    </>
  );
  return (
    <Card
      area={props.area}
      title={props.title}
      list
      {...(slate?.items.length && !problem ? { table: table(slate) } : {})}
      aside={<Badges shown={props.shown} />}
    >
      {props.lead}
      {problem ? (
        <Refusal problem={problem} again={props.again} clear={props.clear} />
      ) : !slate ? (
        <Waiting />
      ) : slate.items.length === 0 ? (
        <Refusal problem={null} again={props.again} clear={props.clear} />
      ) : (
        <ol class="goods" aria-label={t('slateOf', { title: props.title })}>
          {slate.items.map((item, position) => (
            <Good
              key={item.sku + item.reason.code + (item.reason.with ?? '')}
              item={item}
              level={props.shown.levels.get(item.sku)}
              open={() => props.open(item, position, slate)}
              put={() => props.put(item)}
              like={() => props.like(item)}
            />
          ))}
        </ol>
      )}
    </Card>
  );
}

// Badges say where on the ladder the answer stands, what it was made from and when it came.
function Badges({ shown }: { shown: Shown }): JSX.Element | null {
  const { t, lang, zone } = useSpeech();
  const { slate } = shown;
  if (!slate) return null;
  const old = age(lang, shown.at - Date.parse(slate.made));
  return (
    <div class="slate-state" data-rung={slate.rung} data-model={slate.model ?? ''}>
      <span class="badge" title={t('rungTitle')}>
        {t(rungName(slate.rung))}
      </span>
      <span class="badge" title={t('modelTitle')}>
        {slate.model ? t('model', { version: slate.model.slice(0, 8), age: old }) : t('noModel', { age: old })}
      </span>
      <span class="badge" title={t('answeredTitle')}>
        {clock(lang, shown.at, zone)} · {duration(lang, shown.tookMS)}
      </span>
    </div>
  );
}

// rungName is the key of a rung's name.
export function rungName(rung: string): Key {
  const key = 'rung.' + rung;
  return isKey(key) ? key : 'rung.newest';
}

interface GoodProps {
  item: Offered;
  level: number | undefined;
  open: () => void;
  put: () => void;
  like: () => void;
}

function Good({ item, level, open, put, like }: GoodProps): JSX.Element {
  const { t, lang } = useSpeech();
  return (
    <li
      data-sku={item.sku}
      data-reason={item.reason.code}
      data-with={item.reason.with ?? ''}
      data-rung={item.rung}
    >
      <button type="button" class="link good-name" onClick={open}>
        {item.name}
      </button>
      <p class="good-price">
        <strong>{money(lang, item.price)}</strong>
        <small>{level === undefined ? none : t('inStock', { n: count(lang, level) })}</small>
      </p>
      <p class="good-reason">{item.reason.text}</p>
      <p class="good-ways">
        <button
          type="button"
          class="quiet good-put"
          aria-label={t('putLabel', { item: item.name })}
          onClick={put}
        >
          {t('put')}
        </button>
        <button
          type="button"
          class="quiet good-like"
          aria-label={t('likeLabel', { item: item.name })}
          title={t('like')}
          onClick={like}
        >
          ♡
        </button>
      </p>
    </li>
  );
}

function Table(props: Props & { slate: Slate }): JSX.Element {
  const { t, lang } = useSpeech();
  const heads: Key[] = ['item', 'price', 'stock', 'reason', 'rung', 'score'];
  return (
    <table>
      <thead>
        <tr>
          {heads.map((h) => (
            <th scope="col" key={h} class={h === 'item' || h === 'reason' || h === 'rung' ? '' : 'num'}>
              {t(h)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.slate.items.map((item, position) => (
          <tr key={item.sku}>
            <th scope="row">
              <button type="button" class="link" onClick={() => props.open(item, position, props.slate)}>
                {item.name}
              </button>
              <small>{item.sku}</small>
            </th>
            <td class="num">{money(lang, item.price)}</td>
            <td class="num">{count(lang, props.shown.levels.get(item.sku) ?? null)}</td>
            <td>
              {item.reason.text}
              <small>{item.reason.code}</small>
            </td>
            <td>{t(rungName(item.rung))}</td>
            <td class="num">{item.score.toFixed(4)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Card, Empty, Failed, Waiting } from '../card/card';
import { named } from '../card/ranking';
import { money } from '../format';
import { guideQuery, useView, type View } from '../state/guide';
import { Refused } from '../state/wire';
import { isKey, useSpeech, type Key } from '../text';
import { Top, type Visitor } from './header';

// GuidePage is what a shop guide sees of a member of the own stores: what to offer now, favourites, sizes and
// recent browsing.
export function GuidePage(props: Visitor): JSX.Element {
  const { session, move, doubt } = props;
  const { t, lang } = useSpeech();
  const store = session.stores.find((s) => s.code === props.address.store) ?? session.stores[0];
  const address = { ...props.address, store: store?.code ?? '' };
  const { view, problem, again } = useView(guideQuery(address));
  useEffect(() => {
    if (problem instanceof Refused && problem.status === 401) doubt();
  }, [problem]);
  const [code, setCode] = useState(address.member);
  const show = (e: Event): void => {
    e.preventDefault();
    move({ store: address.store, member: code.trim() });
  };
  return (
    <>
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <Top {...props} />
      <main id="main" class="shop" tabIndex={-1}>
        <form class="card choices" aria-label={t('guide')} onSubmit={show}>
          <label>
            {t('store')}
            <select
              name="store"
              value={address.store}
              onChange={(e) => move({ store: e.currentTarget.value })}
            >
              {session.stores.map((s) => (
                <option value={s.code} key={s.code}>
                  {named(lang, s, s.code)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t('guideMember')}
            <input name="member" required value={code} onInput={(e) => setCode(e.currentTarget.value)} />
          </label>
          <button type="submit">{t('guideShow')}</button>
        </form>
        {!address.member ? (
          <Alone>
            <Empty title={t('guideNone')} next={t('guideNoneNext')} />
          </Alone>
        ) : problem ? (
          <Alone>
            <Failed reason={`${t('guideAway')}: ${problem.message}`} retry={again} />
          </Alone>
        ) : !view ? (
          <Waiting />
        ) : !view.personalized ? (
          <Alone>
            <Empty title={t('guideImpersonal')} next={t('guideImpersonalNext')} />
          </Alone>
        ) : (
          <Known view={view} />
        )}
      </main>
    </>
  );
}

// Alone is a card that has the page to itself.
function Alone(props: { children: ComponentChildren }): JSX.Element {
  return <div class="card shop-none">{props.children}</div>;
}

// Known shows what is known of a member who agreed.
function Known({ view }: { view: View }): JSX.Element {
  const { t } = useSpeech();
  const word = (prefix: string, name: string): string => {
    const key = prefix + name;
    return isKey(key) ? t(key) : name;
  };
  const here = (there: boolean): string => t(there ? 'guideHere' : 'guideGone');
  return (
    <>
      <List area="offers" title="guideOffers" none={['guideOffersNone', 'guideOffersNext']}>
        {view.offers.map((o) => (
          <Good key={o.sku} good={o} data={o.reason.code} note={o.reason.text} />
        ))}
      </List>
      <List area="sizes" title="guideSizes" none={['guideSizesNone', 'guideSizesNext']}>
        {view.sizes.map((s) => (
          <li key={s.slot + s.system} data-size={s.size}>
            <strong>
              {word('slot.', s.slot)} · {s.size}
            </strong>
            <p class="good-reason">{s.text}</p>
          </li>
        ))}
      </List>
      <List
        area="favourites"
        title="guideFavourites"
        none={view.favourites ? ['guideFavouritesNone', 'guideFavouritesNext'] : ['guideFavouritesAway', 'slateLoadingNext']}
      >
        {(view.favourites ?? []).map((f) => (
          <Good key={f.sku} good={f} data="favourite" note={here(f.in_stock)} />
        ))}
      </List>
      <List area="recent" title="guideRecent" none={['guideRecentNone', 'guideRecentNext']}>
        {view.recent.map((r, k) => (
          <Good
            key={r.sku + String(k)}
            good={r}
            data={r.act}
            note={`${word('act.', r.act)} · ${here(r.in_stock)}`}
          />
        ))}
      </List>
    </>
  );
}

interface ListProps {
  area: string;
  title: Key;
  // none are the words for an empty list: what is, and what would change it.
  none: readonly [Key, Key];
  children: JSX.Element[];
}

function List({ area, title, none, children }: ListProps): JSX.Element {
  const { t } = useSpeech();
  return (
    <Card area={area} title={t(title)} list>
      {children.length ? (
        <ol class="goods" aria-label={t(title)}>
          {children}
        </ol>
      ) : (
        <Empty title={t(none[0])} next={t(none[1])} />
      )}
    </Card>
  );
}

function Good(props: {
  good: { sku: string; name: string; price: number };
  data: string;
  note: string;
}): JSX.Element {
  const { lang } = useSpeech();
  const { good } = props;
  return (
    <li data-sku={good.sku} data-reason={props.data}>
      <strong>{good.name}</strong>
      <p class="good-price">
        <strong>{money(lang, good.price)}</strong>
        <small>{good.sku}</small>
      </p>
      <p class="good-reason">{props.note}</p>
    </li>
  );
}

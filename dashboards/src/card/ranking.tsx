import type { JSX } from 'preact';
import { count, money, weekday } from '../format';
import type { Live, StoreRank } from '../state/wire';
import { useSpeech, type Lang } from '../text';
import { Card, Empty, Waiting } from './card';
import { Delta } from './totals';

// named is the name of something in the language of the page.
export const named = (lang: Lang, x: { name: string; name_en: string }, code: string): string =>
  (lang === 'en' ? x.name_en || x.name : x.name || x.name_en) || code;

interface Props {
  live: Live | null;
  simulated: ReadonlySet<string>;
  choose: (store: string) => void;
}

// Ranking is a table that draws bars: it needs no second form for a screen reader.
export function Ranking({ live, simulated, choose }: Props): JSX.Element {
  const { t, lang } = useSpeech();
  const day = live ? weekday(lang, live.compare_day) : '';
  const stores = live?.stores ?? [];
  const top = Math.max(1, ...stores.flatMap((s) => [s.net_sales, s.last_week_net_sales]));
  return (
    <Card area="ranking" title={t('ranking')} lead={live ? t('rankingLead', { weekday: day }) : ''}>
      {!live ? (
        <Waiting />
      ) : stores.length === 0 ? (
        <Empty title={t('noStores')} next={t('noStoresNext')} />
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label={t('ranking')}>
          <table class="ranking">
            <thead>
              <tr>
                <th scope="col" class="num">
                  <span class="unseen">{t('rank')}</span>
                </th>
                <th scope="col">{t('store')}</th>
                <th scope="col" class="bar-head">
                  <span class="unseen">{t('lastWeek', { weekday: day })}</span>
                </th>
                <th scope="col" class="num">
                  {t('netSales')}
                </th>
                <th scope="col" class="num narrow-hide">
                  {t('orders')}
                </th>
                <th scope="col" class="num">
                  {t('change')}
                </th>
              </tr>
            </thead>
            <tbody>
              {stores.map((s) => (
                <Row
                  key={s.store}
                  store={s}
                  top={top}
                  simulated={simulated.has(s.store)}
                  choose={choose}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

interface RowProps {
  store: StoreRank;
  top: number;
  simulated: boolean;
  choose: (store: string) => void;
}

function Row({ store: s, top, simulated, choose }: RowProps): JSX.Element {
  const { t, lang } = useSpeech();
  const name = named(lang, s, s.store);
  const part = (amount: number): string => `${Math.max(0, (amount / top) * 100).toFixed(2)}%`;
  return (
    <tr>
      <td class="num muted">{s.rank}</td>
      <th scope="row">
        <button
          type="button"
          class="link"
          title={t('showStore', { store: name })}
          onClick={() => choose(s.store)}
        >
          {name}
        </button>
        <small>
          {lang !== 'en' && s.city && `${s.city} · `}
          {s.store} {simulated && <Simulated />}
        </small>
      </th>
      <td class="bar-cell">
        <div class="bar" aria-hidden="true">
          <i class="bar-now" style={{ width: part(s.net_sales) }} />
          {s.last_week_net_sales > 0 && (
            <i class="bar-then" style={{ left: part(s.last_week_net_sales) }} />
          )}
        </div>
        <span class="unseen">{money(lang, s.last_week_net_sales)}</span>
      </td>
      <td class="num strong">{money(lang, s.net_sales)}</td>
      <td class="num narrow-hide">{count(lang, s.orders)}</td>
      <td class="num">
        <Delta ratio={s.change} />
      </td>
    </tr>
  );
}

// Simulated marks what a simulation made up.
export function Simulated(): JSX.Element {
  const { t } = useSpeech();
  return <span class="simulated-mark">{t('simulatedShort')}</span>;
}

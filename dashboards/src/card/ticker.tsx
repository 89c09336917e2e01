import type { JSX } from 'preact';
import { clock, count, money } from '../format';
import type { Live, RecentOrder } from '../state/wire';
import { isKey, useSpeech, type Key } from '../text';
import { Card, Empty, Waiting } from './card';
import { named, Simulated } from './ranking';

// Ticker lists the latest orders. It is not a live region: a busy chain would never let a screen
// reader say anything else.
export function Ticker({ live }: { live: Live | null }): JSX.Element {
  const { t } = useSpeech();
  const orders = live?.orders ?? [];
  return (
    <Card area="ticker" title={t('recent')} lead={t('recentLead')}>
      {!live ? (
        <Waiting />
      ) : orders.length === 0 ? (
        <Empty title={t('noOrders')} next={t('noOrdersNext')} />
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label={t('recent')}>
          <ol class="ticker">
            {orders.map((o) => (
              <Order key={o.id} order={o} />
            ))}
          </ol>
        </div>
      )}
    </Card>
  );
}

function Order({ order: o }: { order: RecentOrder }): JSX.Element {
  const { t, lang, zone } = useSpeech();
  const channel = 'channel.' + o.channel;
  const name: Key = isKey(channel) ? channel : 'channel.unknown';
  return (
    <li data-order={o.id}>
      <time dateTime={o.at}>{clock(lang, o.at, zone)}</time>
      <span class="ticker-store">
        {named(lang, o, o.store)}
        <small>
          {t(name)} · {t('orderUnits', { n: count(lang, o.units) })}
          {o.refunded && <em> · {t('refunded')}</em>} {o.simulated && <Simulated />}
        </small>
      </span>
      <span class="num strong">{money(lang, o.amount)}</span>
    </li>
  );
}

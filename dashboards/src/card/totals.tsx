import type { JSX } from 'preact';
import { Spark } from '../chart/spark';
import { count, direction, money, percent, weekday } from '../format';
import type { Live, Totals as Figures } from '../state/wire';
import { useSpeech, type Key, type Lang } from '../text';

interface Tile {
  figure: keyof Figures;
  label: Key;
  write: (lang: Lang, n: number | null) => string;
  spark?: (live: Live) => number[];
}

const whole = (live: Live): NonNullable<Live['minutes']> => (live.minutes ?? []).slice(0, -1);

const tiles: readonly Tile[] = [
  {
    figure: 'net_sales',
    label: 'netSales',
    write: money,
    spark: (l) => whole(l).map((m) => m.net_sales),
  },
  { figure: 'orders', label: 'orders', write: count, spark: (l) => whole(l).map((m) => m.orders) },
  { figure: 'units', label: 'units', write: count },
  { figure: 'aov', label: 'aov', write: money },
  { figure: 'buyers', label: 'buyers', write: count },
  { figure: 'visitors', label: 'visitors', write: count },
];

// Totals are the figures of the day against the same weekday a week before at the same time.
export function Totals({ live }: { live: Live | null }): JSX.Element {
  const { t, lang } = useSpeech();
  const day = live ? weekday(lang, live.compare_day) : '';
  return (
    <section class="totals" aria-label={t('totals')}>
      <h2 class="unseen">{live ? t('totalsCaption', { weekday: day }) : t('totals')}</h2>
      <dl>
        {tiles.map((tile) => (
          <div class={`tile tile-${tile.figure}`} key={tile.figure}>
            <dt>{t(tile.label)}</dt>
            <dd class="tile-value" data-figure={tile.figure}>
              {live ? tile.write(lang, live.today[tile.figure]) : <span class="ghost" />}
            </dd>
            {live && <Versus tile={tile} live={live} day={day} />}
            {live && tile.spark && <Spark values={tile.spark(live)} />}
          </div>
        ))}
      </dl>
    </section>
  );
}

function Versus(props: { tile: Tile; live: Live; day: string }): JSX.Element {
  const { t, lang } = useSpeech();
  const { tile, live, day } = props;
  const change = live.change[tile.figure];
  const before = live.last_week[tile.figure];
  if (change === null || before === null) {
    return <dd class="versus muted">{t('noComparison', { weekday: day })}</dd>;
  }
  return (
    <dd class="versus">
      <Delta ratio={change} />
      <span class="muted">{t('versus', { weekday: day, value: tile.write(lang, before) })}</span>
    </dd>
  );
}

// Delta is a change with its direction as shape and colour.
export function Delta({ ratio }: { ratio: number | null }): JSX.Element {
  const { lang } = useSpeech();
  const way = direction(ratio);
  const shape = { up: '▲', down: '▼', flat: '■' }[way];
  return (
    <span class={`delta delta-${way}`}>
      {ratio !== null && <i aria-hidden="true">{shape}</i>}
      {percent(lang, ratio)}
    </span>
  );
}

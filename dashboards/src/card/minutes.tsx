import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { axis, color, Plot } from '../chart/plot';
import { clock, count, money, moneyShort } from '../format';
import type { Live, Minute } from '../state/wire';
import { useSpeech } from '../text';
import { Card, Waiting } from './card';

// Minutes shows the last hour minute by minute; the current minute is still growing.
export function Minutes({ live, theme }: { live: Live | null; theme: string }): JSX.Element {
  const { t } = useSpeech();
  const minutes = live?.minutes ?? [];
  return (
    <Card
      area="minutes"
      title={t('minutes')}
      lead={t('minutesLead')}
      table={() => <MinutesTable minutes={minutes} />}
    >
      {live ? <Bars minutes={minutes} theme={theme} /> : <Waiting />}
    </Card>
  );
}

function Bars({ minutes, theme }: { minutes: Minute[]; theme: string }): JSX.Element {
  const { t, lang, zone } = useSpeech();
  const data = useMemo<uPlot.AlignedData>(
    () => [minutes.map((m) => Date.parse(m.at) / 1000), minutes.map((m) => m.net_sales)],
    [minutes],
  );
  const at = (s: number): string => clock(lang, s * 1000, zone, false);
  const options = (): Omit<uPlot.Options, 'width' | 'height'> => ({
    padding: [12, 8, 0, 4],
    tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), zone),
    scales: {
      x: { range: (_, min, max) => [min - 40, max + 40] },
      y: { range: (_, min, max) => [Math.min(0, min), (max || 1) * 1.08] },
    },
    legend: { show: true, live: true },
    cursor: { y: false, points: { show: false } },
    axes: [
      { ...axis(), size: 32, grid: { show: false }, values: (_, ticks) => ticks.map(at), space: 60 },
      { ...axis(), size: 60, values: (_, ticks) => ticks.map((v) => moneyShort(lang, v)) },
    ],
    series: [
      { label: t('minute'), value: (_, v: number | null) => (v === null ? '' : at(v)) },
      {
        label: t('netSales'),
        stroke: color('--accent'),
        fill: color('--bar'),
        width: 0,
        ...(uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.72, 12] }) } : {}),
        points: { show: false },
        value: (_, v: number | null) => money(lang, v),
      },
    ],
  });
  return (
    <Plot options={options} data={data} remake={theme + lang + zone} label={t('minutesLead')} />
  );
}

function MinutesTable({ minutes }: { minutes: Minute[] }): JSX.Element {
  const { t, lang, zone } = useSpeech();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('minute')}</th>
          <th scope="col">{t('netSales')}</th>
          <th scope="col">{t('orders')}</th>
        </tr>
      </thead>
      <tbody>
        {minutes.toReversed().map((m) => (
          <tr key={m.at}>
            <th scope="row">{clock(lang, m.at, zone, false)}</th>
            <td>{money(lang, m.net_sales)}</td>
            <td>{count(lang, m.orders)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

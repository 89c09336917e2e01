import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { axis, color, Plot } from '../chart/plot';
import { money, moneyShort, weekday } from '../format';
import type { Hour, Live } from '../state/wire';
import { useSpeech } from '../text';
import { Card, Waiting } from './card';

const clockHour = (h: number): string => String(h).padStart(2, '0') + ':00';

// Hours is the day's curve against that of the same weekday a week before.
export function Hours({ live, theme }: { live: Live | null; theme: string }): JSX.Element {
  const { t, lang } = useSpeech();
  const day = live ? weekday(lang, live.compare_day) : '';
  const hours = live?.hours ?? [];
  return (
    <Card
      area="hours"
      title={t('hours')}
      lead={live ? t('hoursLead', { weekday: day }) : ''}
      table={() => <HoursTable hours={hours} day={day} />}
      aside={<Keys day={day} />}
    >
      {live ? <Curve hours={hours} theme={theme} day={day} /> : <Waiting />}
    </Card>
  );
}

function Keys({ day }: { day: string }): JSX.Element {
  const { t } = useSpeech();
  return (
    <ul class="keys" aria-hidden="true">
      <li class="key-now">{t('today')}</li>
      <li class="key-then">{t('lastWeek', { weekday: day })}</li>
    </ul>
  );
}

function Curve(props: { hours: Hour[]; theme: string; day: string }): JSX.Element {
  const { t, lang } = useSpeech();
  const { hours, theme, day } = props;
  const data = useMemo<uPlot.AlignedData>(
    () => [
      hours.map((h) => h.hour),
      hours.map((h) => h.last_week_net_sales),
      hours.map((h) => h.net_sales),
    ],
    [hours],
  );
  const options = (): Omit<uPlot.Options, 'width' | 'height'> => ({
    padding: [12, 12, 0, 4],
    scales: { x: { time: false, range: [0, 23] }, y: { range: (_, __, max) => [0, (max || 1) * 1.08] } },
    legend: { show: true, live: true },
    cursor: { y: false, points: { size: 7 } },
    axes: [
      { ...axis(), size: 32, grid: { show: false }, values: (_, ticks) => ticks.map(clockHour), space: 56 },
      { ...axis(), size: 60, values: (_, ticks) => ticks.map((v) => moneyShort(lang, v)) },
    ],
    series: [
      { label: t('hour'), value: (_, v: number | null) => (v === null ? '' : clockHour(v)) },
      {
        label: t('lastWeek', { weekday: day }),
        stroke: color('--then'),
        width: 1.5,
        dash: [4, 4],
        points: { show: false },
        value: (_, v: number | null) => money(lang, v),
      },
      {
        label: t('today'),
        stroke: color('--accent'),
        fill: color('--accent-wash'),
        width: 2.25,
        points: { show: false },
        value: (_, v: number | null) => money(lang, v),
      },
    ],
  });
  return (
    <Plot
      options={options}
      data={data}
      remake={theme + lang + day}
      label={t('hours') + ' – ' + t('hoursLead', { weekday: day })}
    />
  );
}

function HoursTable({ hours, day }: { hours: Hour[]; day: string }): JSX.Element {
  const { t, lang } = useSpeech();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('hour')}</th>
          <th scope="col">{t('today')}</th>
          <th scope="col">{t('lastWeek', { weekday: day })}</th>
        </tr>
      </thead>
      <tbody>
        {hours.map((h) => (
          <tr key={h.hour}>
            <th scope="row">{clockHour(h.hour)}</th>
            <td>{money(lang, h.net_sales)}</td>
            <td>{money(lang, h.last_week_net_sales)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import type { Lang } from './text';

// Formatters are made once a language: making one costs more than using it.
const made = new Map<string, Intl.NumberFormat>();

function number(lang: Lang, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = lang + JSON.stringify(options);
  let f = made.get(key);
  if (!f) made.set(key, (f = new Intl.NumberFormat(lang, options)));
  return f;
}

// none stands for a figure that is undefined.
export const none = '–';

// money writes an amount in full, with two places.
export function money(lang: Lang, amount: number | null): string {
  if (amount === null) return none;
  const places = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return sign(amount) + '¥' + number(lang, places).format(Math.abs(amount));
}

// moneyShort writes an amount for where there is little room.
export function moneyShort(lang: Lang, amount: number | null): string {
  if (amount === null) return none;
  const places = Math.abs(amount) < 1000 ? 0 : 1;
  return (
    sign(amount) +
    '¥' +
    number(lang, { notation: 'compact', maximumFractionDigits: places }).format(Math.abs(amount))
  );
}

const sign = (n: number): string => (n < 0 ? '−' : '');

// count writes a whole number with separators.
export function count(lang: Lang, n: number | null): string {
  return n === null ? none : number(lang, { maximumFractionDigits: 0 }).format(n);
}

// percent writes a ratio such as 0.123 as +12.3%.
export function percent(lang: Lang, ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return none;
  const places = Math.abs(ratio) >= 1 ? 0 : 1;
  return number(lang, {
    style: 'percent',
    signDisplay: 'exceptZero',
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  }).format(ratio);
}

// share writes a part of a whole such as 0.25 as 25%.
export function share(lang: Lang, ratio: number): string {
  return number(lang, { style: 'percent', maximumFractionDigits: 1 }).format(ratio);
}

// points writes a difference of two ratios, such as 0.0123 as +1.23 pp.
export function points(lang: Lang, difference: number): string {
  const text = number(lang, {
    signDisplay: 'exceptZero',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(difference * 100);
  return text + (lang === 'en' ? ' pp' : ' 个百分点');
}

// clock writes the time of day at the chain.
export function clock(lang: Lang, at: string | number, zone: string, seconds = true): string {
  return new Intl.DateTimeFormat(lang, {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' as const } : {}),
    hourCycle: 'h23',
    timeZone: zone,
  }).format(new Date(at));
}

// date writes a business day such as 2026-11-24 with its weekday.
export function date(lang: Lang, day: string): string {
  return new Intl.DateTimeFormat(lang, {
    month: 'long',
    day: 'numeric',
    weekday: 'short',
    timeZone: 'UTC',
  }).format(new Date(day + 'T00:00:00Z'));
}

// weekday writes the weekday of a business day.
export function weekday(lang: Lang, day: string): string {
  return new Intl.DateTimeFormat(lang, {
    weekday: 'short',
    timeZone: 'UTC',
  }).format(new Date(day + 'T00:00:00Z'));
}

// duration writes milliseconds as they are best read.
export function duration(lang: Lang, ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const unit = lang === 'en' ? 's' : '秒';
  return `${number(lang, { maximumFractionDigits: ms < 10_000 ? 1 : 0 }).format(ms / 1000)} ${unit}`;
}

// age writes how old something is by the largest unit that it fills.
export function age(lang: Lang, ms: number): string {
  const steps = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1_000],
  ] as const;
  const [unit, length] = steps.find(([, length]) => ms >= length) ?? steps[3];
  const whole = Math.max(0, Math.floor(ms / length));
  return number(lang, { style: 'unit', unit, unitDisplay: 'long' }).format(whole);
}

// direction tells which way a change points; changes below a tenth of a per cent point nowhere.
export function direction(ratio: number | null): 'up' | 'down' | 'flat' {
  if (ratio === null || Math.abs(ratio) < 0.0005) return 'flat';
  return ratio > 0 ? 'up' : 'down';
}

// instant writes a day of the chain with its time.
export function instant(lang: Lang, at: string, zone: string): string {
  return new Intl.DateTimeFormat(lang, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(new Date(at));
}

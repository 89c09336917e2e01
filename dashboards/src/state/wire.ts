// The bodies of the console's API, as this page reads them.

export interface Totals {
  net_sales: number;
  orders: number;
  units: number;
  buyers: number;
  visitors: number;
  aov: number | null;
}

export type Change = { [K in keyof Totals]: number | null };

export interface Minute {
  at: string;
  net_sales: number;
  orders: number;
}

export interface Hour {
  hour: number;
  net_sales: number | null;
  orders: number | null;
  last_week_net_sales: number;
  last_week_orders: number;
}

export interface StoreRank {
  rank: number;
  store: string;
  name: string;
  name_en: string;
  city: string;
  net_sales: number;
  orders: number;
  last_week_net_sales: number;
  change: number | null;
}

export interface RecentOrder {
  id: number;
  store: string;
  name: string;
  name_en: string;
  amount: number;
  units: number;
  channel: string;
  at: string;
  refunded: boolean;
  simulated: boolean;
}

export interface Live {
  day: string;
  compare_day: string;
  today: Totals;
  last_week: Totals;
  change: Change;
  minutes: Minute[] | null;
  hours: Hour[] | null;
  stores: StoreRank[] | null;
  orders: RecentOrder[] | null;
  simulated: boolean;
}

export interface Pulse {
  as_of: string;
  lag: { p95_ms: number | null; records: number; latest: string | null };
}

export interface Status {
  state: 'up' | 'down';
  reason?: string;
}

export interface StoreBrief {
  code: string;
  name: string;
  name_en: string;
  city: string;
  region: string;
  region_name: string;
  region_name_en: string;
  simulated: boolean;
}

export interface Session {
  signed_in: boolean;
  user: string;
  role: string;
  all: boolean;
  time_zone: string;
  stores: StoreBrief[];
  demo: { user: string; password: string; role: string }[];
}

export interface Table {
  rows: Record<string, string | number | null>[];
  as_of: string;
}

interface Problem {
  title?: string;
  detail?: string;
  errors?: { location: string; reason: string }[];
}

// Refused is an answer that is not 2xx, with what the server said of it.
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

// ask fetches JSON; a problem (RFC 9457) becomes Refused with what is wrong, or its detail.
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(path, { credentials: 'same-origin', ...init });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(answer.status, reason(text, answer.statusText));
  return (text ? JSON.parse(text) : undefined) as T;
}

function reason(text: string, fallback: string): string {
  try {
    const problem = JSON.parse(text) as Problem;
    const faults = problem.errors?.map((f) => `${f.location.replace(/^\w+\./, '')} ${f.reason}`);
    return faults?.join('; ') || problem.detail || problem.title || fallback;
  } catch {
    return fallback;
  }
}

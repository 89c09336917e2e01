// What GET /v1/experiment-results answers.

// Estimate is a value with its 95 % interval.
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

// Difference is an estimate of one arm's figure less another's, with its p.
export interface Difference extends Estimate {
  p: number;
}

export interface Against {
  click_through: Difference | null;
  conversion: Difference | null;
  revenue_per_member: Difference | null;
}

// Arm holds the figures of a variant, or of those who were held out.
export interface Arm {
  name: string;
  held_out: boolean;
  visitors: number;
  impressions: number;
  clicks: number;
  click_through: Estimate | null;
  members: number;
  buyers: number;
  conversion: Estimate | null;
  revenue_per_member: Estimate | null;
  against_control: Against | null;
  against_holdout: Against | null;
}

export interface Brief {
  name: string;
  from: string;
  until: string;
  holdout: number;
  state: 'planned' | 'running' | 'over';
}

export interface Results {
  as_of: string;
  experiments: Brief[];
  experiment: Brief | null;
  window_days: number;
  crossed_visitors: number;
  report: {
    arms: Arm[] | null;
    recommended: Arm;
    incremental_revenue: Estimate | null;
    sample_ratio: { chi_square: number; degrees: number; p: number; found: boolean };
  } | null;
}

// windows are the days within which an order may count; the first is what the server takes.
export const windows = [7, 1, 3, 14, 30] as const;

// question asks for the results of an experiment, '' for the one that is running.
export function question(experiment: string, window: string): string {
  const q = new URLSearchParams();
  if (experiment) q.set('experiment', experiment);
  if (windows.some((days) => String(days) === window)) q.set('window_days', window);
  const text = q.toString();
  return '/v1/experiment-results' + (text && '?' + text);
}

// verdict says what a difference tells: better or worse only where its interval leaves zero out.
export function verdict(d: Difference | null): 'better' | 'worse' | 'open' {
  if (d === null || (d.low <= 0 && d.high >= 0)) return 'open';
  return d.value > 0 ? 'better' : 'worse';
}

// probability writes a p; nothing is impossible.
export function probability(p: number): string {
  return p < 0.001 ? 'p < 0.001' : 'p = ' + p.toFixed(3);
}

import type { Address } from './address';

// Reason is why an item is shown, with the numbers that its kind has.
export interface Reason {
  code: string;
  text: string;
  with?: string;
  lift?: number;
  confidence?: number;
  share?: number;
  days?: number;
  count?: number;
}

// Offered is one item of a slate.
export interface Offered {
  sku: string;
  name: string;
  price: number;
  rung: string;
  score: number;
  reason: Reason;
}

// Slate is an answer of GET /v1/recommendations.
export interface Slate {
  attribution: string;
  model: string | null;
  made: string;
  personalized: boolean;
  scene: string;
  rung: string;
  items: Offered[];
}

// Visit is who is looking: random names that the gateway turns into pseudonyms.
export interface Visit {
  visitor: string;
  session: string;
}

// random is a name that nobody guesses. crypto.randomUUID is absent on pages that came over plain HTTP
// from another machine.
export const random = (bytes: number): string =>
  [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, '0')).join('');

// newVisit begins a visit.
export const newVisit = (): Visit => ({ visitor: 'v' + random(8), session: 's' + random(8) });

// maxCart bounds the cart of this page; the edge ranks by the first twenty goods of a scene.
export const maxCart = 20;

// cartOf reads the codes of a cart.
export const cartOf = (a: Address): string[] => (a.cart ? a.cart.split(',') : []);

// homeQuery asks for the home page. Without a store there is no question.
export function homeQuery(a: Address, visit: Visit): string | null {
  return query(a, visit, 'home', [], 12);
}

// besideQuery asks for what stands beside it: what goes with a product, or with the cart.
export function besideQuery(a: Address, visit: Visit): string | null {
  if (a.scene === 'product' && a.item) return query(a, visit, 'product', [a.item], 6);
  if (a.scene === 'cart' && a.cart) return query(a, visit, 'cart', cartOf(a), 6);
  return null;
}

function query(a: Address, visit: Visit, scene: string, items: string[], limit: number): string | null {
  if (!a.store) return null;
  const q = new URLSearchParams({ store: a.store, scene, session: visit.session, lang: a.lang });
  const set = (name: string, value: string): void => {
    if (value) q.set(name, value);
  };
  set('items', items.join(','));
  set('member', a.member);
  set('personalized', a.personalized);
  set('fulfilment', a.way);
  // What goes with a product may lie in other categories: filters are for the home page.
  if (scene === 'home') {
    set('category', a.category);
    set('price_min', a.min);
    set('price_max', a.max);
  }
  q.set('limit', String(limit));
  return '/v1/recommendations?' + q.toString();
}

// sameSlate reports whether two answers show the same for the same reasons. Each answer has an
// attribution of its own, which does not count.
export function sameSlate(a: Slate | null, b: Slate | null): boolean {
  const gist = (s: Slate | null): string =>
    JSON.stringify(s && [s.model, s.personalized, s.items.map((i) => [i.sku, i.price, i.rung, i.reason])]);
  return gist(a) === gist(b);
}

// Deed is what the visitor did, apart from who and where.
export type Deed =
  | { type: 'impression'; slot: string; skus: string[]; attribution_id: string }
  | { type: 'click'; slot: string; sku: string; position: number; attribution_id: string }
  | { type: 'view'; sku: string }
  | { type: 'add_to_cart'; sku: string; qty: number }
  | { type: 'favourite'; sku: string; removed?: boolean };

// eventsOf are the bodies that the behaviour gateway takes, as the mini-program sends them. They are
// marked as simulated: whoever tries this page is no customer.
export function eventsOf(a: Address, visit: Visit, deeds: readonly Deed[]): Record<string, unknown>[] {
  return deeds.map((deed) => ({
    event_id: random(16),
    ...visit,
    ...(a.member ? { member: a.member } : {}),
    store: a.store,
    channel: 'mini_program',
    simulated: true,
    ...deed,
  }));
}

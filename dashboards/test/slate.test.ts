import { expect, test } from 'vitest';
import { nowhere, type Address } from '../src/state/address';
import { besideQuery, eventsOf, homeQuery, newVisit, sameSlate, type Slate } from '../src/state/slate';

const visit = { visitor: 'v1', session: 's1' };
const at = (a: Partial<Address>): Address => ({ ...nowhere, page: 'storefront', store: 'S1', ...a });

test('the home page asks for all that is chosen', () => {
  expect(homeQuery(at({ store: '' }), visit)).toBe(null);
  expect(homeQuery(at({}), visit)).toBe(
    '/v1/recommendations?store=S1&scene=home&session=s1&lang=zh-CN&limit=12',
  );
  const all = at({ lang: 'en', member: 'M1', personalized: 'false', way: 'pickup', category: 'c&d', min: '1' });
  expect(homeQuery(all, visit)).toBe(
    '/v1/recommendations?store=S1&scene=home&session=s1&lang=en&member=M1&personalized=false' +
      '&fulfilment=pickup&category=c%26d&price_min=1&limit=12',
  );
});

test('what stands beside is about the product or the cart, and nothing without them', () => {
  const f = (a: Partial<Address>): string | null => {
    const query = besideQuery(at(a), visit);
    return query && new URLSearchParams(query.split('?')[1]).get('items');
  };
  expect(f({})).toBe(null);
  expect(f({ scene: 'product' })).toBe(null);
  expect(f({ scene: 'product', item: 'P1', cart: 'P2' })).toBe('P1');
  expect(f({ scene: 'cart', item: 'P1' })).toBe(null);
  expect(f({ scene: 'cart', cart: 'P2,P3' })).toBe('P2,P3');
});

test('an answer is another one when goods, prices or reasons are, and not for its attribution', () => {
  const reason = { code: 'fresh', text: 'New' };
  const slate = (attribution: string, price: number, text = 'New'): Slate => ({
    attribution,
    model: null,
    made: '2026-11-24T00:00:00Z',
    personalized: true,
    scene: 'home',
    rung: 'newest',
    items: [{ sku: 'P1', name: 'One', price, rung: 'newest', score: 1, reason: { ...reason, text } }],
  });
  expect(sameSlate(slate('a', 1), slate('b', 1))).toBe(true);
  expect(sameSlate(slate('a', 1), slate('a', 2))).toBe(false);
  expect(sameSlate(slate('a', 1), slate('a', 1, '新品'))).toBe(false);
  expect(sameSlate(null, slate('a', 1))).toBe(false);
  expect(sameSlate(null, null)).toBe(true);
});

test('events say who, where and that they are simulated, each under an id of its own', () => {
  const [click, view] = eventsOf(at({ member: 'M1' }), visit, [
    { type: 'click', slot: 'home', sku: 'P1', position: 3, attribution_id: 'a' },
    { type: 'view', sku: 'P1' },
  ]);
  expect(click).toMatchObject({ ...visit, member: 'M1', store: 'S1', channel: 'mini_program', position: 3 });
  expect(click).toMatchObject({ simulated: true, type: 'click', attribution_id: 'a' });
  expect(click?.event_id).toMatch(/^[0-9a-f]{32}$/);
  expect(view?.event_id).not.toBe(click?.event_id);
  expect(eventsOf(at({}), visit, [{ type: 'view', sku: 'P1' }])[0]).not.toHaveProperty('member');
});

test('each visit has names of its own', () => {
  expect(newVisit()).not.toEqual(newVisit());
});

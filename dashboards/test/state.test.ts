import { expect, test } from 'vitest';
import { path } from '../src/chart/spark';
import { liveQuery, nowhere, read, write, type Address } from '../src/state/address';
import { after, blank, wait, type Picture } from '../src/state/feed';
import type { Live, Pulse } from '../src/state/wire';
import { fill, isKey, preferred, translator } from '../src/text';
import { en } from '../src/text/en';
import { zh } from '../src/text/zh';

const pulse: Pulse = { as_of: '2026-11-24T00:00:00Z', lag: { p95_ms: 1, records: 1, latest: null } };
const live = { day: '2026-11-24' } as Live;

test('the address survives a round trip', () => {
  const f = (a: Partial<Address>): void => {
    const whole = { ...nowhere, ...a };
    const url = new URL(write(whole), 'http://shop');
    expect(read(url.pathname, url.search, [])).toEqual(whole);
  };
  f({ lang: 'en' });
  f({ region: 'N&S' });
  f({ lang: 'en', region: '华北', store: 'S 001' });
  f({ page: 'storefront', store: 'S1', member: 'M1', way: 'pickup', category: 'a', min: '1', max: '2.5' });
  f({ page: 'guide', store: 'S1', member: 'M1' });
  f({ page: 'experiments', experiment: '实验 7', window: '14' });
  f({ page: 'storefront', scene: 'cart', item: 'P1', cart: 'P1,P 2', personalized: 'false' });
});

test('an unknown path is the live page', () => {
  expect(read('/elsewhere', '', []).page).toBe('live');
});

test('an unknown language in the address falls back to that of the browser', () => {
  expect(read('/', '?lang=fr', ['fr-FR', 'en-GB']).lang).toBe('en');
  expect(read('/', '', ['fr']).lang).toBe('zh-CN');
  expect(preferred(['zh-TW'])).toBe('zh-CN');
});

test('a store narrows the stream more than its region does', () => {
  expect(liveQuery({ ...nowhere, region: 'N', store: '101' })).toBe('?stores=101');
  expect(liveQuery({ ...nowhere, region: 'N' })).toBe('?region=N');
  expect(liveQuery(nowhere)).toBe('');
});

test('what is known stays when the stream is lost, and when the warehouse goes away', () => {
  let p: Picture = after(blank, { kind: 'lost' });
  expect(p.phase).toBe('connecting');
  p = after(p, { kind: 'live', pulse, live });
  expect(p).toEqual({ phase: 'open', live, pulse, down: null });
  p = after(p, { kind: 'status', status: { state: 'down', reason: 'refused' } });
  expect(p.down).toBe('refused');
  expect(p.live).toBe(live);
  p = after(p, { kind: 'lost' });
  expect(p.phase).toBe('lost');
  expect(p.live).toBe(live);
  p = after(p, { kind: 'beat', pulse });
  expect(p.phase).toBe('open');
  expect(p.down).toBeNull();
});

test('waiting doubles and is bounded', () => {
  expect([0, 1, 2, 3, 4, 50].map(wait)).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
});

test('both languages have the same values to fill', () => {
  const names = (s: string): string[] => [...s.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const key of Object.keys(zh)) {
    if (!isKey(key)) throw new Error(key);
    expect(en[key], key).not.toBe('');
    expect(names(en[key]), key).toEqual(names(zh[key]));
  }
});

test('texts are filled by name', () => {
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  expect(translator('en')('asOf', { time: '10:00' })).toBe('as of 10:00');
});

test('a spark line stays in its box', () => {
  expect(path([0, 1, 0.5], 10, 4)).toBe('M0.0 4.0L5.0 0.0L10.0 2.0');
  expect(path([0, 0], 10, 4)).toBe('M0.0 4.0L10.0 4.0');
  expect(path([-1, 1], 10, 4)).toBe('M0.0 4.0L10.0 0.0');
});

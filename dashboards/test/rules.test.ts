import { afterEach, expect, test, vi } from 'vitest';
import { add, blank, body, list, phase, remove, type Rule } from '../src/state/rules';

test('a draft says what its kind of rule says, and nothing else', () => {
  const d = { ...blank(''), sku: ' P1 ', scene: 'home', tag: 'new', quota: '3', note: '  ' };
  expect(body(d)).toEqual({ kind: 'boost', sku: 'P1', scenes: ['home'], tags: ['new'], factor: 2, quota: 3 });
  expect(body({ ...d, kind: 'pin' })).toEqual({ kind: 'pin', sku: 'P1', scenes: ['home'], tags: ['new'], place: 1 });
  expect(body({ ...blank('S1'), kind: 'block', category: 'c', until: '2026-12-24T08:00' })).toEqual({
    kind: 'block',
    store: 'S1',
    category: 'c',
    until: new Date(2026, 11, 24, 8).toISOString(),
  });
});

test('a rule holds from its first instant until before its last', () => {
  const at = Date.parse('2026-11-24T08:00:00Z');
  const f = (from: string | undefined, until: string | undefined, want: string): void => {
    expect(phase({ ...(from && { from }), ...(until && { until }) }, at)).toBe(want);
  };
  f(undefined, undefined, 'now');
  f('2026-11-24T08:00:00Z', '2026-11-24T08:00:01Z', 'now');
  f('2026-11-24T08:00:01Z', undefined, 'later');
  f(undefined, '2026-11-24T08:00:00Z', 'ended');
});

afterEach(() => void vi.unstubAllGlobals());

test('lists go to their end, and changes say which version they are about', async () => {
  const asked: [string, RequestInit][] = [];
  const answers = [
    { items: [{ id: 2 }], next: 'a b' },
    { items: [{ id: 1 }] },
    { id: 3 },
    { title: 'x', errors: [{ location: 'body.sku', reason: 'is missing' }] },
  ];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push([path, init]);
    const text = JSON.stringify(answers[asked.length - 1]);
    return Promise.resolve(new Response(text, { status: asked.length === 4 ? 422 : 200 }));
  });
  expect((await list(false)).map((r) => r.id)).toEqual([2, 1]);
  expect(asked[1]?.[0]).toBe('/v1/merchandising-rules?limit=1000&current=true&cursor=a%20b');
  await add(blank(''), 'k1');
  expect((asked[2]?.[1].headers as Record<string, string>)['Idempotency-Key']).toBe('k1');
  await expect(remove({ id: 3, version: 7 } as Rule)).rejects.toThrow('sku is missing');
  expect(asked[3]?.[0]).toBe('/v1/merchandising-rules/3');
  expect((asked[3]?.[1].headers as Record<string, string>)['If-Match']).toBe('"7"');
});

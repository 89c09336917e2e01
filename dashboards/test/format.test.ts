import { expect, test } from 'vitest';
import * as f from '../src/format';

test('money has two places, separators and a real minus sign', () => {
  expect(f.money('zh-CN', 1234567.5)).toBe('¥1,234,567.50');
  expect(f.money('en', -0.1)).toBe('−¥0.10');
  expect(f.money('en', null)).toBe(f.none);
});

test('short money uses the units of the language', () => {
  expect(f.moneyShort('zh-CN', 125000)).toBe('¥12.5万');
  expect(f.moneyShort('en', 125000)).toBe('¥125K');
  expect(f.moneyShort('en', 12)).toBe('¥12');
});

test('changes carry a sign, and lose the place beyond one hundred per cent', () => {
  expect(f.percent('en', 0.1234)).toBe('+12.3%');
  expect(f.percent('en', -0.05)).toBe('-5.0%');
  expect(f.percent('en', 2.5)).toBe('+250%');
  expect(f.percent('en', 0)).toBe('0.0%');
  expect(f.percent('en', null)).toBe(f.none);
  expect(f.percent('en', Infinity)).toBe(f.none);
});

test('a change too small to show points nowhere', () => {
  expect(f.direction(0.0004)).toBe('flat');
  expect(f.direction(0.01)).toBe('up');
  expect(f.direction(-0.01)).toBe('down');
  expect(f.direction(null)).toBe('flat');
});

test('times are those of the chain, whatever the browser believes', () => {
  expect(f.clock('en', '2026-11-23T22:30:05Z', 'Asia/Shanghai')).toBe('06:30:05');
  expect(f.clock('zh-CN', '2026-11-23T22:30:05Z', 'Europe/London', false)).toBe('22:30');
  expect(f.clock('en', '2026-11-23T16:00:00Z', 'Asia/Shanghai', false)).toBe('00:00');
});

test('business days are days, not instants', () => {
  expect(f.weekday('en', '2026-11-17')).toBe('Tue');
  expect(f.weekday('zh-CN', '2026-11-17')).toBe('周二');
});

test('durations are written as they are best read', () => {
  expect(f.duration('en', 412.4)).toBe('412 ms');
  expect(f.duration('en', 1540)).toBe('1.5 s');
  expect(f.duration('zh-CN', 65000)).toBe('65 秒');
});

test('an age is told by its largest unit', () => {
  expect(f.age('en', -5)).toBe('0 seconds');
  expect(f.age('en', 61_000)).toBe('1 minute');
  expect(f.age('en', 3 * 3_600_000 + 1)).toBe('3 hours');
  expect(f.age('zh-CN', 2 * 86_400_000)).toBe('2天');
});

import { expect, test } from 'vitest';
import { instant, points } from '../src/format';
import { probability, question, verdict } from '../src/state/experiment';

test('the question names what was chosen and nothing that the server would refuse', () => {
  expect(question('', '')).toBe('/v1/experiment-results');
  expect(question('实验 7', '14')).toBe(
    '/v1/experiment-results?experiment=%E5%AE%9E%E9%AA%8C+7&window_days=14',
  );
  expect(question('', '1000')).toBe('/v1/experiment-results');
});

test('a difference holds only where its interval leaves zero out', () => {
  const f = (low: number, high: number, says: string): void =>
    expect(verdict({ value: (low + high) / 2, low, high, p: 0.5 })).toBe(says);
  f(0.01, 0.03, 'better');
  f(-0.03, -0.01, 'worse');
  f(-0.01, 0.03, 'open');
  f(0, 0.03, 'open');
  expect(verdict(null)).toBe('open');
});

test('a probability is never nothing', () => {
  expect(probability(0)).toBe('p < 0.001');
  expect(probability(0.0421)).toBe('p = 0.042');
});

test('a difference of rates is in points, so that nobody takes it for a relative one', () => {
  expect(points('en', 0.0123)).toBe('+1.23 pp');
  expect(points('zh-CN', -0.005)).toBe('-0.50 个百分点');
});

test('an instant is that of the chain', () => {
  expect(instant('en', '2026-12-01T16:30:00Z', 'Asia/Shanghai')).toContain('00:30');
});

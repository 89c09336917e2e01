import type { JSX } from 'preact';

// path draws values as a polyline in a box of width × height, the largest value at the top.
export function path(values: readonly number[], width: number, height: number): string {
  const top = Math.max(...values, 0);
  const bottom = Math.min(...values, 0);
  const range = top - bottom || 1;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values
    .map((v, i) => {
      const y = height - ((v - bottom) / range) * height;
      return `${i ? 'L' : 'M'}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

// Spark is a line without axes. It decorates a figure that stands beside it in words.
export function Spark({ values }: { values: readonly number[] }): JSX.Element | null {
  if (values.length < 2) return null;
  const [w, h] = [120, 28];
  const line = path(values, w, h - 2);
  return (
    <svg class="spark" viewBox={`0 -1 ${w} ${h}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="spark-area" d={`${line}L${w} ${h}L0 ${h}Z`} />
      <path class="spark-line" d={line} />
    </svg>
  );
}

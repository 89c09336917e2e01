import { type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

interface Props {
  // options are read once a theme or language; the size follows the element.
  options: () => Omit<uPlot.Options, 'width' | 'height'>;
  data: uPlot.AlignedData;
  // remake names what makes the options different.
  remake: string;
  label: string;
}

// Plot draws with uPlot and fills its element. It is an image to a screen reader: the card shows the
// same figures as a table.
export function Plot({ options, data, remake, label }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(data);
  newest.current = data;
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const size = (): { width: number; height: number } => ({
      width: Math.max(80, element.clientWidth),
      height: Math.max(80, element.clientHeight),
    });
    const made = new uPlot({ ...options(), ...size() }, newest.current, element);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize(size()));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [remake]);
  useEffect(() => plot.current?.setData(data), [data]);
  return <div class="plot" ref={box} role="img" aria-label={label} />;
}

// color reads a CSS variable, so that charts follow the theme.
export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// font is the type of the axes.
export const font = '11px system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif';

// axis has what all axes share.
export function axis(): Partial<uPlot.Axis> {
  return {
    stroke: color('--muted'),
    font,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    gap: 6,
  };
}

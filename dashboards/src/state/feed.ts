import type { Live, Pulse, Status } from './wire';

// Phase is how the stream is doing: connecting for the first time, open, or lost and being retried.
export type Phase = 'connecting' | 'open' | 'lost';

// Picture is all that the page knows of the day.
export interface Picture {
  phase: Phase;
  live: Live | null;
  pulse: Pulse | null;
  // down is why the warehouse does not answer, null while it does.
  down: string | null;
}

export const blank: Picture = { phase: 'connecting', live: null, pulse: null, down: null };

// Happening is one thing that can happen to a stream.
export type Happening =
  | { kind: 'open' }
  | { kind: 'lost' }
  | { kind: 'live'; pulse: Pulse; live: Live }
  | { kind: 'beat'; pulse: Pulse }
  | { kind: 'status'; status: Status };

// after is the picture once something has happened. What was known stays until better is known.
export function after(p: Picture, h: Happening): Picture {
  switch (h.kind) {
    case 'open':
      return { ...p, phase: 'open' };
    case 'lost':
      return { ...p, phase: p.live || p.down ? 'lost' : p.phase };
    case 'live':
      return { phase: 'open', live: h.live, pulse: h.pulse, down: null };
    case 'beat':
      return { ...p, phase: 'open', pulse: h.pulse, down: null };
    case 'status':
      return { ...p, phase: 'open', down: h.status.state === 'down' ? (h.status.reason ?? '') : null };
  }
}

// wait is the pause before attempt n (from 0) to connect again, in milliseconds: 0.5 s doubling to 8 s.
export const wait = (attempt: number): number => Math.min(8000, 500 * 2 ** Math.min(attempt, 10));

// silence is how long an open stream may say nothing before it counts as lost: more than two
// heartbeats of the server.
const silence = 25_000;

// follow opens the stream and tells what happens until the returned function is called. A browser's
// own reconnection gives up on a refusal, so connecting again is done here.
export function follow(query: string, tell: (h: Happening) => void, refused: () => void): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let watchdog = 0;
  let attempt = 0;
  const alive = (): void => {
    clearTimeout(watchdog);
    watchdog = window.setTimeout(again, silence);
  };
  const again = (): void => {
    source?.close();
    clearTimeout(watchdog);
    clearTimeout(timer);
    tell({ kind: 'lost' });
    timer = window.setTimeout(connect, wait(attempt++));
  };
  const on = <T>(name: string, make: (data: T) => Happening): void =>
    source?.addEventListener(name, (e) => {
      attempt = 0;
      alive();
      tell(make(JSON.parse((e as MessageEvent<string>).data) as T));
    });
  function connect(): void {
    source = new EventSource('/v1/live' + query);
    source.onopen = () => {
      alive();
      tell({ kind: 'open' });
    };
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) refused();
      again();
    };
    on<{ pulse: Pulse; live: Live }>('live', (d) => ({ kind: 'live', pulse: d.pulse, live: d.live }));
    on<Pulse>('beat', (pulse) => ({ kind: 'beat', pulse }));
    on<Status>('status', (status) => ({ kind: 'status', status }));
  }
  const online = (): void => {
    attempt = 0;
    again();
  };
  window.addEventListener('online', online);
  connect();
  return () => {
    source?.close();
    clearTimeout(timer);
    clearTimeout(watchdog);
    window.removeEventListener('online', online);
  };
}

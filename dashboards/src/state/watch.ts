import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { sameSlate, type Slate } from './slate';
import { ask } from './wire';

// Shown is what a watch knows of its answer.
export interface Shown {
  slate: Slate | null;
  // to is the query that the slate answers: while another one is on its way, not the present one.
  to: string | null;
  // levels are what the store can sell of each item.
  levels: ReadonlyMap<string, number>;
  // at is when the last answer came, tookMS how long it took.
  at: number;
  tookMS: number;
  problem: Error | null;
}

const nothing: Shown = { slate: null, to: null, levels: new Map(), at: 0, tookMS: 0, problem: null };

// Watch is an answer that is kept current.
export interface Watch {
  shown: Shown;
  // again asks once more; until asks until the answer is another one and returns when that came, in the
  // browser's own time, or null when it did not within limitMS.
  again: () => void;
  until: (limitMS: number) => Promise<number | null>;
}

// every is the pause between two questions of an open page; a page that nobody sees asks nothing.
const every = 2_000;

// eager is the pause between two questions while a change is expected, and after a while of waiting.
const eager = (waitedMS: number): number => (waitedMS < 250 ? 4 : 50);

interface Levels {
  levels: { sku: string; available: number }[];
}

async function levelsOf(store: string, slate: Slate): Promise<Map<string, number>> {
  if (slate.items.length === 0) return new Map();
  const skus = slate.items.map((i) => encodeURIComponent(i.sku)).join(',');
  const { levels } = await ask<Levels>(`/v1/stock/${encodeURIComponent(store)}?skus=${skus}`);
  return new Map(levels.map((l) => [l.sku, l.available]));
}

// useWatch keeps the answer to a query current; null asks nothing. An answer to an older query, or an
// older answer, never takes the place of a newer one. While another query is on its way, what was shown
// stays.
export function useWatch(query: string | null, store: string): Watch {
  const [shown, setShown] = useState<Shown>(nothing);
  const now = useRef({ query, sent: 0, had: 0, slate: null as Slate | null });
  now.current.query = query;

  const fetchOnce = useCallback(async (): Promise<void> => {
    const state = now.current;
    const asked = state.query;
    if (asked === null) return;
    const mine = ++state.sent;
    const begun = performance.now();
    const news = (): boolean => state.query === asked && mine > state.had;
    try {
      const slate = await ask<Slate>(asked);
      if (!news()) return;
      state.had = mine;
      const changed = !sameSlate(state.slate, slate);
      // What is seen keeps the attribution under which it was seen first.
      if (changed) state.slate = slate;
      const answered = { at: Date.now(), tookMS: performance.now() - begun, problem: null };
      setShown((old) => ({ ...old, ...answered, ...(changed ? { slate, to: asked } : {}) }));
      void levelsOf(store, slate)
        .then((levels) => state.query === asked && setShown((old) => ({ ...old, levels })))
        .catch(() => undefined); // the slate itself holds what is in stock; the number comes with the next
    } catch (e) {
      if (!news()) return;
      state.had = mine;
      const problem = e instanceof Error ? e : new Error(String(e));
      setShown((old) => ({ ...old, problem, slate: state.slate }));
    }
  }, [store]);

  useEffect(() => {
    now.current.slate = null;
    if (query === null) {
      setShown(nothing);
      return undefined;
    }
    void fetchOnce();
    const timer = window.setInterval(() => {
      if (!document.hidden) void fetchOnce();
    }, every);
    return () => clearInterval(timer);
  }, [query, fetchOnce]);

  const until = useCallback(
    async (limitMS: number): Promise<number | null> => {
      const state = now.current;
      const { query: asked, slate: before } = state;
      const begun = performance.now();
      for (let waited = 0; waited < limitMS && state.query === asked; waited = performance.now() - begun) {
        await fetchOnce();
        if (state.slate !== before) return performance.now();
        await new Promise((go) => setTimeout(go, eager(waited)));
      }
      return null;
    },
    [fetchOnce],
  );
  return { shown, again: () => void fetchOnce(), until };
}

import { useEffect, useState } from 'preact/hooks';
import type { Address } from './address';
import { ask } from './wire';

interface Good {
  sku: string;
  name: string;
  price: number;
}

// View is what a guide sees of a member. Favourites are null while they cannot be read.
export interface View {
  member: string;
  personalized: boolean;
  recent: (Good & { in_stock: boolean; act: string })[];
  favourites: (Good & { in_stock: boolean })[] | null;
  sizes: { slot: string; system: string; size: string; text: string }[];
  offers: (Good & { after: string; size?: string; reason: { code: string; text: string } })[];
}

// guideQuery asks for the view of a member; null without a member or a store.
export function guideQuery(a: Address): string | null {
  if (!a.member || !a.store) return null;
  const q = new URLSearchParams({ store: a.store, lang: a.lang });
  return `/v1/guide/members/${encodeURIComponent(a.member)}?${q.toString()}`;
}

// every is the pause between two questions: what a member does in front of the guide shows soon.
const every = 3_000;

// useView keeps the view of a query current while the page is seen. An answer to an older query never takes
// the place of one to a newer.
export function useView(query: string | null): { view: View | null; problem: Error | null; again: () => void } {
  const [known, setKnown] = useState<{ view: View | null; problem: Error | null }>({ view: null, problem: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setKnown({ view: null, problem: null });
    if (query === null) return undefined;
    let over = false;
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      try {
        const view = await ask<View>(query);
        if (!over) setKnown({ view, problem: null });
      } catch (e) {
        if (!over) setKnown((old) => ({ ...old, problem: e instanceof Error ? e : new Error(String(e)) }));
      }
    };
    void look();
    const timer = setInterval(() => void look(), every);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [query, turn]);
  return { ...known, again: () => setTurn((n) => n + 1) };
}

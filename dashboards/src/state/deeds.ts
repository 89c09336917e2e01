import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Address } from './address';
import { eventsOf, type Deed, type Visit } from './slate';
import { ask } from './wire';
import type { Shown, Watch } from './watch';

// Effect is what became of the visitor's last deed.
export interface Effect {
  deed: 'click' | 'add_to_cart' | 'favourite';
  sku: string;
  // ackMS is when the gateway had it, changedMS when another answer was there, both counted from the
  // deed; null as long as it has not happened.
  ackMS: number | null;
  changedMS: number | null;
  // over says that nothing more is waited for.
  over: boolean;
  problem: Error | null;
}

// patienceMS is how long a changed answer is waited for. What was clicked just before changes nothing.
const patienceMS = 1_500;

export async function send(a: Address, visit: Visit, deeds: readonly Deed[]): Promise<void> {
  const body = JSON.stringify(eventsOf(a, visit, deeds));
  await ask('/v1/events', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
    keepalive: true,
  });
}

// useDeeds sends what the visitor does and measures how soon the home page answers it.
export function useDeeds(
  a: Address,
  visit: Visit,
  home: Watch,
): [effect: Effect | null, act: (first: Deed & { type: Effect['deed'] }, ...more: Deed[]) => void] {
  const [effect, setEffect] = useState<Effect | null>(null);
  const turn = useRef(0);
  useEffect(() => setEffect(null), [visit, a.store, a.member, a.personalized]);
  const act = useCallback(
    (first: Deed & { type: Effect['deed'] }, ...more: Deed[]): void => {
      const mine = ++turn.current;
      const begun = performance.now();
      const tell = (e: Partial<Effect>): void => {
        if (mine === turn.current) setEffect((old) => old && { ...old, ...e });
      };
      const sent = send(a, visit, [first, ...more]);
      setEffect({
        deed: first.type,
        sku: first.sku,
        ackMS: null,
        changedMS: null,
        over: false,
        problem: null,
      });
      sent
        .then(() => tell({ ackMS: performance.now() - begun }))
        .catch((e: unknown) => {
          tell({ problem: e instanceof Error ? e : new Error(String(e)), over: true });
        });
      void home.until(patienceMS).then((at) => {
        tell({ changedMS: at === null ? null : at - begun, over: true });
      });
    },
    [a, visit, home.until],
  );
  return [effect, act];
}

// useImpressions tells the gateway what a slot has shown, once for each list of goods. The slot is the
// scene of the answer.
export function useImpressions(a: Address, visit: Visit, query: string | null, shown: Shown): void {
  const last = useRef('');
  const slate = shown.to === query ? shown.slate : null;
  const skus = slate?.items.map((i) => i.sku) ?? [];
  const mark = [visit.session, slate?.scene, ...skus].join(' ');
  useEffect(() => {
    if (!slate || skus.length === 0 || mark === last.current) return;
    last.current = mark;
    const { scene: slot, attribution: attribution_id } = slate;
    // What was shown is a matter of statistics: a gateway that is away costs this one.
    send(a, visit, [{ type: 'impression', slot, skus, attribution_id }]).catch(() => undefined);
  }, [mark]);
}

import { ask } from './wire';

// Rule is a merchandising rule as the write API shows it.
export interface Rule {
  id: number;
  version: number;
  kind: Kind;
  store?: string;
  scenes?: string[];
  sku?: string;
  category?: string;
  brand?: string;
  tags?: string[];
  factor?: number;
  place?: number;
  quota?: number;
  from?: string;
  until?: string;
  note?: string;
  changed_by: string;
  changed_at: string;
}

// Kind is what a rule does.
export type Kind = 'boost' | 'pin' | 'block';

export const kinds: readonly Kind[] = ['boost', 'pin', 'block'];
export const scenes = ['home', 'product', 'cart', 'after_payment', 'guide'] as const;
export const tags = ['hot', 'new', 'limited'] as const;

// Draft is a form that is being filled in: texts as they were typed, from and until in local time.
export interface Draft {
  kind: Kind;
  store: string;
  scene: string;
  sku: string;
  category: string;
  brand: string;
  tag: string;
  factor: string;
  place: string;
  quota: string;
  from: string;
  until: string;
  note: string;
}

// blank is a draft that nobody has touched; whoever is bound to stores begins with the first of them.
export function blank(store: string): Draft {
  return {
    kind: 'boost',
    store,
    scene: '',
    sku: '',
    category: '',
    brand: '',
    tag: '',
    factor: '2',
    place: '1',
    quota: '',
    from: '',
    until: '',
    note: '',
  };
}

// body is what the write API is sent for a draft: what is empty is left out, and what another kind of rule
// says.
export function body(d: Draft): Record<string, unknown> {
  const out: Record<string, unknown> = { kind: d.kind };
  for (const name of ['store', 'sku', 'category', 'brand', 'note'] as const) {
    if (d[name].trim()) out[name] = d[name].trim();
  }
  if (d.scene) out['scenes'] = [d.scene];
  if (d.tag) out['tags'] = [d.tag];
  if (d.kind === 'boost') out['factor'] = Number(d.factor);
  if (d.kind === 'boost' && d.quota) out['quota'] = Number(d.quota);
  if (d.kind === 'pin') out['place'] = Number(d.place);
  for (const name of ['from', 'until'] as const) {
    if (d[name]) out[name] = new Date(d[name]).toISOString();
  }
  return out;
}

// Phase says whether a rule holds.
export type Phase = 'now' | 'later' | 'ended';

// phase looks at the window of a rule, now in milliseconds since 1970.
export function phase(r: Pick<Rule, 'from' | 'until'>, now: number): Phase {
  if (r.until && Date.parse(r.until) <= now) return 'ended';
  return r.from && Date.parse(r.from) > now ? 'later' : 'now';
}

const path = '/v1/merchandising-rules';

// list fetches all rules that this account may see, page by page.
export async function list(ended: boolean): Promise<Rule[]> {
  const all: Rule[] = [];
  const query = '?limit=1000' + (ended ? '' : '&current=true');
  for (let cursor = ''; ; ) {
    const page = await ask<{ items: Rule[]; next?: string }>(path + query + cursor);
    all.push(...page.items);
    if (!page.next) return all;
    cursor = '&cursor=' + encodeURIComponent(page.next);
  }
}

// add makes a rule. Sent again under the same key it is not made twice.
export function add(d: Draft, key: string): Promise<Rule> {
  return ask<Rule>(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: JSON.stringify(body(d)),
  });
}

// remove deletes a rule, unless somebody has changed it since it was listed.
export function remove(r: Rule): Promise<void> {
  return ask<void>(`${path}/${r.id}`, { method: 'DELETE', headers: { 'If-Match': `"${r.version}"` } });
}

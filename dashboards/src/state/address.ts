import { preferred, type Lang } from '../text';

// The pages, by their path.
const pages = {
  '/': 'live',
  '/storefront': 'storefront',
  '/rules': 'rules',
  '/guide': 'guide',
  '/experiments': 'experiments',
} as const;

// Page is one of them.
export type Page = (typeof pages)[keyof typeof pages];

// The parts of the state that are plain texts: their names in the query string.
const parts = [
  'region',
  'store',
  'member',
  'way',
  'category',
  'min',
  'max',
  'scene',
  'item',
  'cart',
  'personalized',
  'experiment',
  'window',
] as const;

// Address is the state that the page keeps in its URL, so that a link shows the same picture. Of the
// storefront: member is a code, '' is anonymous; way is how goods are handed over; min and max are
// prices; scene is what stands beside the home page, with the item that is looked at and the cart's
// codes; personalized is '' or 'false'. Of the experiments: the name of one, '' for the one that is running,
// and within how many days an order counts.
export type Address = { page: Page; lang: Lang } & Record<(typeof parts)[number], string>;

// nowhere is an address without a choice.
export const nowhere: Address = {
  page: 'live',
  lang: 'zh-CN',
  ...(Object.fromEntries(parts.map((p) => [p, ''])) as Record<(typeof parts)[number], string>),
};

// read takes the state from path and query string; languages decide where it names no language.
export function read(path: string, search: string, languages: readonly string[]): Address {
  const q = new URLSearchParams(search);
  const lang = q.get('lang');
  const a: Address = {
    ...nowhere,
    page: path in pages ? pages[path as keyof typeof pages] : 'live',
    lang: lang === 'en' || lang === 'zh-CN' ? lang : preferred(languages),
  };
  for (const p of parts) a[p] = q.get(p) ?? '';
  return a;
}

// write is path and query string of a state; what is empty is left out.
export function write(a: Address): string {
  const q = new URLSearchParams({ lang: a.lang });
  for (const p of parts) if (a[p]) q.set(p, a[p]);
  const path = Object.entries(pages).find(([, page]) => page === a.page)?.[0] ?? '/';
  return path + '?' + q.toString();
}

// liveQuery is the part of the address that narrows the live stream.
export function liveQuery(a: Address): string {
  const q = new URLSearchParams();
  if (a.store) q.set('stores', a.store);
  else if (a.region) q.set('region', a.region);
  const s = q.toString();
  return s && '?' + s;
}

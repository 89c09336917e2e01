import { preferred, type Lang } from '../text';

// Address is the state that the page keeps in its URL, so that a link shows the same picture.
export interface Address {
  lang: Lang;
  region: string;
  store: string;
}

// read takes the state from a query string; languages decide where it names no language.
export function read(search: string, languages: readonly string[]): Address {
  const q = new URLSearchParams(search);
  const lang = q.get('lang');
  return {
    lang: lang === 'en' || lang === 'zh-CN' ? lang : preferred(languages),
    region: q.get('region') ?? '',
    store: q.get('store') ?? '',
  };
}

// write is the query string of a state; what is empty is left out.
export function write(a: Address): string {
  const q = new URLSearchParams({ lang: a.lang });
  if (a.region) q.set('region', a.region);
  if (a.store) q.set('store', a.store);
  return '?' + q.toString();
}

// liveQuery is the part of the address that narrows the live stream.
export function liveQuery(a: Address): string {
  const q = new URLSearchParams();
  if (a.store) q.set('stores', a.store);
  else if (a.region) q.set('region', a.region);
  const s = q.toString();
  return s && '?' + s;
}

import type { ComponentChildren, JSX } from 'preact';
import { clock, duration } from '../format';
import { nowhere, write, type Address, type Page } from '../state/address';
import type { Picture } from '../state/feed';
import type { Session } from '../state/wire';
import { named } from '../card/ranking';
import { isKey, useSpeech, type Key } from '../text';

// Visitor is who looks, and what may be done from every page.
export interface Visitor {
  session: Session;
  address: Address;
  move: (to: Partial<Address>) => void;
  flipTheme: () => void;
  signOut: () => void;
  // doubt is called when something was refused: the session may have ended.
  doubt: () => void;
}

// Top is the bar over every page: where one is, what the page puts there, and who is looking.
export function Top(props: Visitor & { children?: ComponentChildren }): JSX.Element {
  const { session, address, move, flipTheme, signOut } = props;
  const { t, lang } = useSpeech();
  const role = 'role.' + session.role;
  return (
    <header class="top">
      <div class="brand">
        <img src="/mark.svg" alt="" width="24" height="24" />
        <h1>
          tillstream <span>{t(titles[address.page])}</span>
        </h1>
      </div>
      <Pages address={address} move={move} />
      {props.children}
      <div class="top-tools">
        <LanguageButton lang={lang} move={move} />
        <button type="button" class="quiet icon" aria-label={t('theme')} title={t('theme')} onClick={flipTheme}>
          <span aria-hidden="true">◐</span>
        </button>
        <span class="who" title={session.user}>
          {isKey(role) ? t(role) : session.role}
        </span>
        <button type="button" class="quiet" onClick={signOut}>
          {t('signOut')}
        </button>
      </div>
    </header>
  );
}

// titles name the pages.
export const titles: Record<Page, Key> = {
  live: 'title',
  storefront: 'storefront',
  rules: 'rules',
  guide: 'guide',
  experiments: 'experiments',
};

// Pages leads to the others. The links are real ones, so that they can be opened beside this page.
function Pages({ address, move }: Pick<Visitor, 'address' | 'move'>): JSX.Element {
  const { t, lang } = useSpeech();
  return (
    <nav class="pages" aria-label={t('pages')}>
      {(Object.keys(titles) as Page[]).map((page) => {
        const to: Address = { ...nowhere, lang, page, store: address.store };
        const go = (e: MouseEvent): void => {
          if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
          e.preventDefault();
          move(to);
        };
        return (
          <a
            key={page}
            href={write(to)}
            aria-current={page === address.page ? 'page' : undefined}
            onClick={go}
          >
            {t(titles[page])}
          </a>
        );
      })}
    </nav>
  );
}

// Header is the bar of the live page: how it is narrowed, and how fresh the figures are.
export function Header(props: Visitor & { picture: Picture }): JSX.Element {
  const { t } = useSpeech();
  return (
    <Top {...props}>
      <Filters {...props} />
      <div class="top-state">
        {props.picture.live?.simulated && (
          <span class="badge badge-simulated" title={t('simulatedTitle')}>
            {t('simulated')}
          </span>
        )}
        <LagBadge picture={props.picture} />
      </div>
    </Top>
  );
}

// LanguageButton switches between the two languages.
export function LanguageButton(props: {
  lang: Address['lang'];
  move: (to: Partial<Address>) => void;
}): JSX.Element {
  const { t } = useSpeech();
  const other = props.lang === 'en' ? 'zh-CN' : 'en';
  return (
    <button
      type="button"
      class="quiet"
      id="language"
      lang={other}
      aria-label={t('languageLabel')}
      onClick={() => props.move({ lang: other })}
    >
      {t('language')}
    </button>
  );
}

function Filters({ session, address, move }: Pick<Visitor, 'session' | 'address' | 'move'>): JSX.Element | null {
  const { t, lang } = useSpeech();
  if (session.stores.length < 2) return null;
  const regions = new Map(
    session.stores.map((s) => [s.region, { name: s.region_name, name_en: s.region_name_en }]),
  );
  const stores = session.stores.filter((s) => !address.region || s.region === address.region);
  return (
    <div class="filters">
      {regions.size > 1 && (
        <select
          aria-label={t('region')}
          value={address.region}
          onChange={(e) => move({ region: e.currentTarget.value, store: '' })}
        >
          <option value="">{t('allRegions')}</option>
          {[...regions].map(([code, region]) => (
            <option value={code} key={code}>
              {named(lang, region, code)}
            </option>
          ))}
        </select>
      )}
      <select
        aria-label={t('store')}
        value={address.store}
        onChange={(e) => move({ store: e.currentTarget.value })}
      >
        <option value="">{t('allStores')}</option>
        {stores.map((s) => (
          <option value={s.code} key={s.code}>
            {named(lang, s, s.code)}
          </option>
        ))}
      </select>
      {(address.region || address.store) && (
        <button type="button" class="quiet" onClick={() => move({ region: '', store: '' })}>
          {t('clearFilter')}
        </button>
      )}
    </div>
  );
}

// LagBadge says as of when the figures are and how long a sale takes to show.
function LagBadge({ picture }: { picture: Picture }): JSX.Element | null {
  const { t, lang, zone } = useSpeech();
  const { pulse } = picture;
  if (!pulse) return null;
  const time = clock(lang, pulse.as_of, zone);
  const p95 = pulse.lag.p95_ms;
  const stale = picture.phase !== 'open' || picture.down !== null;
  const mood = stale ? 'bad' : p95 === null ? 'quiet' : p95 <= 1000 ? 'good' : p95 <= 5000 ? 'fair' : 'bad';
  const lag = p95 === null ? t('lagQuiet') : t('lag', { lag: duration(lang, p95) });
  return (
    <span
      class={`badge lag lag-${mood}`}
      title={t('lagTitle', { lag: p95 === null ? t('lagQuiet') : duration(lang, p95), time })}
    >
      <i aria-hidden="true" />
      <span>{t('asOf', { time })}</span>
      <span class="muted">{lag}</span>
    </span>
  );
}

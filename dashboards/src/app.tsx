import type { JSX } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { Failed, Waiting } from './card/card';
import { titles, type Visitor } from './page/header';
import { ExperimentsPage } from './page/experiments';
import { LivePage } from './page/live';
import { RulesPage } from './page/rules';
import { GuidePage } from './page/guide';
import { SignIn } from './page/sign_in';
import { StorefrontPage } from './page/storefront';
import { read, write, type Address } from './state/address';
import { flip, remember, startTheme } from './state/theme';
import { ask, type Session } from './state/wire';
import { SpeechContext, translator } from './text';

type Visit = { session: Session } | { reason: string } | null;

// App decides between sign-in and the pages, and keeps the address, the language and the theme.
export function App(): JSX.Element {
  const [address, setAddress] = useState<Address>(() => read(location.pathname, location.search, navigator.languages));
  const [theme, setTheme] = useState(startTheme);
  const [visit, setVisit] = useState<Visit>(null);

  const load = useCallback(async (): Promise<void> => {
    try {
      setVisit({ session: await ask<Session>('/ui/session') });
    } catch (e) {
      setVisit((old) => (old && 'session' in old ? old : { reason: String(e) }));
    }
  }, []);
  const move = useCallback((to: Partial<Address>): void => {
    setAddress((old) => ({ ...old, ...to }));
  }, []);
  const signOut = async (): Promise<void> => {
    await ask('/ui/session', { method: 'DELETE' }).catch(() => undefined);
    setVisit(null);
    await load();
  };

  useEffect(() => void load(), []);
  useEffect(() => {
    const back = (): void => setAddress(read(location.pathname, location.search, navigator.languages));
    window.addEventListener('popstate', back);
    return () => window.removeEventListener('popstate', back);
  }, []);
  useEffect(() => {
    const here = location.pathname + location.search;
    if (write(address) !== here) history.pushState(null, '', write(address));
    document.documentElement.lang = address.lang;
  }, [address]);
  // Before the effects of the charts, which read the theme's colours.
  useLayoutEffect(() => remember(theme), [theme]);

  const visitor = (session: Session): Visitor => ({
    session,
    address,
    move,
    flipTheme: () => setTheme(flip),
    signOut: () => void signOut(),
    doubt: () => void load(),
  });
  const session = visit && 'session' in visit ? visit.session : null;
  const zone = session?.time_zone || 'Asia/Shanghai';
  const speech = useMemo(
    () => ({ lang: address.lang, t: translator(address.lang), zone }),
    [address.lang, zone],
  );
  useEffect(() => {
    document.title = `${speech.t(titles[address.page])} · tillstream`;
  }, [speech, address.page]);
  return (
    <SpeechContext.Provider value={speech}>
      {session?.signed_in ? (
        address.page === 'storefront' ? (
          <StorefrontPage {...visitor(session)} />
        ) : address.page === 'rules' ? (
          <RulesPage {...visitor(session)} />
        ) : address.page === 'guide' ? (
          <GuidePage {...visitor(session)} />
        ) : address.page === 'experiments' ? (
          <ExperimentsPage {...visitor(session)} />
        ) : (
          <LivePage {...visitor(session)} theme={theme} />
        )
      ) : session ? (
        <SignIn demo={session.demo} address={address} move={move} done={() => void load()} />
      ) : visit && 'reason' in visit ? (
        <main class="door">
          <Failed reason={`${speech.t('sessionFailed')}: ${visit.reason}`} retry={() => void load()} />
        </main>
      ) : (
        <main class="door">
          <Waiting />
        </main>
      )}
    </SpeechContext.Provider>
  );
}

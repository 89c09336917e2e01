import type { JSX } from 'preact';
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { Categories } from '../card/categories';
import { Hours } from '../card/hours';
import { Minutes } from '../card/minutes';
import { Ranking } from '../card/ranking';
import { Ticker } from '../card/ticker';
import { Totals } from '../card/totals';
import { date } from '../format';
import { liveQuery } from '../state/address';
import { after, blank, follow, type Happening, type Picture } from '../state/feed';
import { useSpeech } from '../text';
import { Banner } from './banner';
import { Header, type Visitor } from './header';

interface Props extends Visitor {
  theme: string;
}

const step = (p: Picture, h: Happening | null): Picture => (h ? after(p, h) : blank);

// LivePage is the trading day, as it happens.
export function LivePage(props: Props): JSX.Element {
  const { session, address, theme, move } = props;
  const { t, lang } = useSpeech();
  const [picture, tell] = useReducer(step, blank);
  const query = liveQuery(address);
  useEffect(() => {
    tell(null);
    return follow(query, tell, props.doubt);
  }, [query]);
  const simulated = useMemo(
    () => new Set(session.stores.filter((s) => s.simulated).map((s) => s.code)),
    [session],
  );
  const narrowed = useMemo(() => {
    if (address.store) return [address.store];
    if (!address.region) return [];
    return session.stores.filter((s) => s.region === address.region).map((s) => s.code);
  }, [session, address.store, address.region]);
  const { live } = picture;
  return (
    <>
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <Header {...props} picture={picture} />
      <Banner picture={picture} />
      <main id="main" class="board" tabIndex={-1}>
        <Totals live={live} />
        <Hours live={live} theme={theme} />
        <Minutes live={live} theme={theme} />
        <Ranking live={live} simulated={simulated} choose={(store) => move({ store })} />
        <Categories stores={narrowed} />
        <Ticker live={live} />
      </main>
      <footer class="foot">
        {live && <span>{date(lang, live.day)}</span>} <span>{t('footer')}</span>
      </footer>
    </>
  );
}

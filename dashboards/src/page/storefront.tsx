import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Beside } from '../card/beside';
import { Empty, Waiting } from '../card/card';
import { Choices, useList, type Member } from '../card/choices';
import { SlateCard } from '../card/slate';
import { duration } from '../format';
import type { Address } from '../state/address';
import { useDeeds, useImpressions, type Effect } from '../state/deeds';
import { besideQuery, cartOf, homeQuery, maxCart, newVisit, type Offered, type Slate } from '../state/slate';
import { useWatch } from '../state/watch';
import { Refused } from '../state/wire';
import { useSpeech } from '../text';
import { Top, type Visitor } from './header';

// shownMembers are how many members can be chosen.
const shownMembers = 8;

// StorefrontPage is what a visitor of the mini-program would see, beside why it is shown. Only shops and
// members of a simulation can be chosen: what is clicked here must not become a customer's taste.
export function StorefrontPage(props: Visitor): JSX.Element {
  const { session, move } = props;
  const { t } = useSpeech();
  const stores = useMemo(() => session.stores.filter((s) => s.simulated), [session]);
  const all = useList<Member>('/v1/members?limit=200');
  const members = (all ?? []).filter((m) => m.simulated).slice(0, shownMembers);
  const chosen = stores.find((s) => s.code === props.address.store) ?? stores[0];
  const address: Address = {
    ...props.address,
    store: chosen?.code ?? '',
    member: members.some((m) => m.code === props.address.member) ? props.address.member : '',
  };
  return (
    <>
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <Top {...props}>
        <div class="top-state">
          <span class="badge badge-simulated" title={t('storefrontSimulatedTitle')}>
            {t('storefrontSimulated')}
          </span>
        </div>
      </Top>
      <main id="main" class="shop" tabIndex={-1}>
        {!chosen ? (
          <div class="card shop-none">
            <Empty title={t('noSimulatedStores')} next={t('noSimulatedStoresNext')} />
          </div>
        ) : all === null ? (
          <Waiting />
        ) : (
          <Shop
            key={address.store + ' ' + address.member}
            address={address}
            move={move}
            doubt={props.doubt}
            choices={(fresh) => (
              <Choices
                address={address}
                stores={stores}
                members={members}
                move={(to) => move('store' in to ? { ...to, cart: '', item: '', scene: '' } : to)}
                fresh={fresh}
              />
            )}
          />
        )}
      </main>
      <footer class="foot">
        <span>{t('storefrontFoot')}</span>
      </footer>
    </>
  );
}

interface ShopProps {
  address: Address;
  move: (to: Partial<Address>) => void;
  doubt: () => void;
  choices: (fresh: () => void) => JSX.Element;
}

// Shop is one visit to one store: the home page, and beside it a product or the cart.
function Shop({ address: a, move, doubt, choices }: ShopProps): JSX.Element {
  const { t } = useSpeech();
  const [visit, setVisit] = useState(newVisit);
  const [homeAsks, besideAsks] = [homeQuery(a, visit), besideQuery(a, visit)];
  const home = useWatch(homeAsks, a.store);
  const beside = useWatch(besideAsks, a.store);
  const [effect, act] = useDeeds(a, visit, home);
  useImpressions(a, visit, homeAsks, home.shown);
  useImpressions(a, visit, besideAsks, beside.shown);
  const { problem } = home.shown;
  useEffect(() => {
    if (problem instanceof Refused && problem.status === 401) doubt();
  }, [problem]);

  // The names of what was seen, for a product that has left the page and for the cart.
  const seen = useRef(new Map<string, Offered>());
  for (const s of [home.shown.slate, beside.shown.slate]) {
    for (const item of s?.items ?? []) seen.current.set(item.sku, item);
  }
  const open = ({ sku }: Offered, position: number, from: Slate): void => {
    const { scene: slot, attribution: attribution_id } = from;
    act({ type: 'click', slot, sku, position, attribution_id }, { type: 'view', sku });
    move({ scene: 'product', item: sku });
  };
  const put = ({ sku }: { sku: string }): void => {
    const cart = [...cartOf(a).filter((c) => c !== sku), sku].slice(-maxCart);
    act({ type: 'add_to_cart', sku, qty: 1 });
    move({ scene: 'cart', cart: cart.join(',') });
  };
  const like = ({ sku }: { sku: string }): void => act({ type: 'favourite', sku });
  const narrowed = a.category || a.min || a.max || a.way;
  const clear = narrowed ? () => move({ category: '', min: '', max: '', way: '' }) : null;
  return (
    <>
      {choices(() => {
        setVisit(newVisit());
        move({ scene: '', item: '', cart: '' });
      })}
      <Reaction effect={effect} personalized={home.shown.slate?.personalized ?? true} />
      <SlateCard
        area="home"
        title={t('forYou')}
        shown={home.shown}
        open={open}
        put={put}
        like={like}
        again={home.again}
        clear={clear}
      />
      <Beside
        address={a}
        seen={seen.current}
        shown={beside.shown}
        open={open}
        put={put}
        like={like}
        again={beside.again}
        move={move}
      />
    </>
  );
}

// Reaction says how soon the home page answered the visitor's last deed. It is the page's live region.
function Reaction(props: { effect: Effect | null; personalized: boolean }): JSX.Element {
  const { t, lang } = useSpeech();
  const { effect: e } = props;
  let text = t(props.personalized ? 'reactionNone' : 'reactionImpersonal');
  let mood = 'quiet';
  if (e) {
    const deed = t(`deed.${e.deed}`, { sku: e.sku });
    const ack = e.ackMS === null ? '' : t('reactionAck', { time: duration(lang, e.ackMS) });
    if (e.problem) {
      text = t('reactionFailed', { deed, reason: e.problem.message });
      mood = 'bad';
    } else if (e.over && !props.personalized) {
      text = t('reactionIgnored', { deed, ack });
    } else if (e.changedMS !== null && props.personalized) {
      text = t('reactionChanged', { deed, ack, time: duration(lang, e.changedMS) });
      mood = e.changedMS <= 100 ? 'good' : 'fair';
    } else if (e.over) text = t('reactionSame', { deed, ack });
    else text = t('reactionWaiting', { deed, ack });
  }
  return (
    <p
      class={`reaction reaction-${mood}`}
      role="status"
      data-changed={e?.changedMS ?? ''}
      data-over={e ? String(e.over) : ''}
    >
      {text}
    </p>
  );
}

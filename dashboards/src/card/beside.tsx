import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { count, money, none } from '../format';
import type { Address } from '../state/address';
import { cartOf, type Offered, type Slate } from '../state/slate';
import type { Shown } from '../state/watch';
import { useSpeech } from '../text';
import { Card, Empty } from './card';
import { SlateCard } from './slate';

interface Props {
  address: Address;
  // seen are the goods that the visitor has been shown, by code.
  seen: ReadonlyMap<string, Offered>;
  shown: Shown;
  open: (item: Offered, position: number, slate: Slate) => void;
  put: (item: { sku: string }) => void;
  like: (item: { sku: string }) => void;
  again: () => void;
  move: (to: Partial<Address>) => void;
}

// Beside is the second screen: the product that is looked at, or the cart, and what goes with it.
export function Beside(props: Props): JSX.Element {
  const { t } = useSpeech();
  const { address: a, move } = props;
  const cart = cartOf(a);
  const scene = a.scene === 'product' && a.item ? 'product' : a.scene === 'cart' ? 'cart' : '';
  const tabs = (
    <div class="tabs" role="group" aria-label={t('scene')}>
      <Tab on={scene === 'product'} off={!a.item} go={() => move({ scene: 'product' })}>
        {t('product')}
      </Tab>
      <Tab on={scene === 'cart'} off={false} go={() => move({ scene: 'cart' })}>
        {t('cart', { n: cart.length })}
      </Tab>
    </div>
  );
  if (scene === '' || (scene === 'cart' && cart.length === 0)) {
    return (
      <Card area="beside" title={t('besideNone')}>
        {tabs}
        {scene === 'cart' ? (
          <Empty title={t('cartEmpty')} next={t('cartEmptyNext')} />
        ) : (
          <Empty title={t('productNone')} next={t('productNoneNext')} />
        )}
      </Card>
    );
  }
  return (
    <SlateCard
      area="beside"
      title={t(scene === 'product' ? 'goesWith' : 'goesWithCart')}
      shown={props.shown}
      open={props.open}
      put={props.put}
      like={props.like}
      again={props.again}
      clear={a.way ? () => move({ way: '' }) : null}
      lead={
        <>
          {tabs}
          {scene === 'product' ? <Product {...props} sku={a.item} /> : <Cart {...props} codes={cart} />}
        </>
      }
    />
  );
}

function Tab(props: { on: boolean; off: boolean; go: () => void; children: string }): JSX.Element {
  return (
    <button type="button" class="quiet" aria-pressed={props.on} disabled={props.off} onClick={props.go}>
      {props.children}
    </button>
  );
}

// useFollowed takes the focus along from a list of goods, whose buttons may go with the next answer.
function useFollowed(what: string): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement?.closest('.goods, table')) place.current?.focus();
  }, [what]);
  return place;
}

function Product({ seen, sku, put }: Props & { sku: string }): JSX.Element {
  const { t, lang } = useSpeech();
  const item = seen.get(sku);
  const place = useFollowed(sku);
  return (
    <div class="product" data-product={sku} tabIndex={-1} ref={place}>
      <div>
        <strong>{item?.name ?? sku}</strong>
        <small>{sku}</small>
      </div>
      <span class="strong">{item ? money(lang, item.price) : none}</span>
      <button type="button" onClick={() => put({ sku })}>
        {t('put')}
      </button>
    </div>
  );
}

function Cart({ seen, codes, move }: Props & { codes: string[] }): JSX.Element {
  const { t, lang } = useSpeech();
  const total = codes.reduce((sum, c) => sum + (seen.get(c)?.price ?? 0), 0);
  const place = useFollowed(codes.join(','));
  return (
    <div class="cart" tabIndex={-1} ref={place}>
      <ul>
        {codes.map((sku) => (
          <li key={sku}>
            <span>{seen.get(sku)?.name ?? sku}</span>
            <span class="num">{money(lang, seen.get(sku)?.price ?? null)}</span>
            <button
              type="button"
              class="quiet icon"
              aria-label={t('takeOut', { item: seen.get(sku)?.name ?? sku })}
              onClick={() => move({ cart: codes.filter((c) => c !== sku).join(',') })}
            >
              <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <p>
        {t('cartTotal', { n: count(lang, codes.length), total: money(lang, total) })}
      </p>
    </div>
  );
}

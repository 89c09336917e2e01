import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Address } from '../state/address';
import { ask, type StoreBrief } from '../state/wire';
import { isKey, useSpeech, type Key } from '../text';
import { named } from './ranking';

// Member is a member as this page knows one: a code, and whether it agreed to be recognised.
export interface Member {
  code: string;
  opt_out?: boolean;
  simulated?: boolean;
}

interface Category {
  code: string;
  name: string;
  name_en: string;
  parent?: string;
}

// useList fetches a list of the catalogue once; null while it is on its way, empty where it is refused.
export function useList<T>(path: string): T[] | null {
  const [list, setList] = useState<T[] | null>(null);
  useEffect(() => {
    ask<{ items: T[] }>(path).then(
      (page) => setList(page.items),
      () => setList([]),
    );
  }, [path]);
  return list;
}

const ways = ['', 'carry_out', 'pickup', 'same_city', 'express'] as const;

interface Props {
  // address is what holds, with the store and the member that were chosen or stand for no choice.
  address: Address;
  stores: readonly StoreBrief[];
  members: readonly Member[];
  move: (to: Partial<Address>) => void;
  // fresh begins another visit.
  fresh: () => void;
}

// Choices says whose eyes the storefront is seen with, and what it is narrowed to.
export function Choices({ address: a, stores, members, move, fresh }: Props): JSX.Element {
  const { t, lang } = useSpeech();
  const categories = useList<Category>('/v1/categories?limit=1000') ?? [];
  return (
    <form class="card choices" aria-label={t('choices')} onSubmit={(e) => e.preventDefault()}>
      <Choice name="store" value={a.store} move={move}>
        {stores.map((s) => (
          <option value={s.code} key={s.code}>
            {named(lang, s, s.code)}
          </option>
        ))}
      </Choice>
      <Choice name="member" value={a.member} move={move}>
        <option value="">{t('anonymous')}</option>
        {members.map((m) => (
          <option value={m.code} key={m.code}>
            {m.opt_out ? t('memberOptedOut', { code: m.code }) : m.code}
          </option>
        ))}
      </Choice>
      <Choice name="way" value={a.way} move={move}>
        {ways.map((way) => {
          const key = 'way.' + (way || 'any');
          return (
            <option value={way} key={way}>
              {isKey(key) ? t(key) : way}
            </option>
          );
        })}
      </Choice>
      <Choice name="category" value={a.category} move={move}>
        <option value="">{t('allCategories')}</option>
        {categories.map((c) => (
          <option value={c.code} key={c.code}>
            {(c.parent ? '· ' : '') + named(lang, c, c.code)}
          </option>
        ))}
      </Choice>
      <Price name="min" value={a.min} move={move} />
      <Price name="max" value={a.max} move={move} />
      <label class="switch">
        <input
          type="checkbox"
          name="personalized"
          checked={a.personalized !== 'false'}
          onChange={(e) => move({ personalized: e.currentTarget.checked ? '' : 'false' })}
        />
        {t('personalized')}
      </label>
      <button type="button" class="quiet" title={t('freshTitle')} onClick={fresh}>
        {t('fresh')}
      </button>
    </form>
  );
}

interface ChoiceProps {
  name: 'store' | 'member' | 'way' | 'category';
  value: string;
  move: Props['move'];
  children: JSX.Element | (JSX.Element | JSX.Element[])[] | JSX.Element[];
}

function Choice({ name, value, move, children }: ChoiceProps): JSX.Element {
  const { t } = useSpeech();
  return (
    <label>
      {t(name satisfies Key)}
      <select name={name} value={value} onChange={(e) => move({ [name]: e.currentTarget.value })}>
        {children}
      </select>
    </label>
  );
}

function Price(props: { name: 'min' | 'max'; value: string; move: Props['move'] }): JSX.Element {
  const { t } = useSpeech();
  return (
    <label class="choice-price">
      {t(props.name satisfies Key)}
      <input
        type="number"
        name={props.name}
        min="0.01"
        step="any"
        inputMode="decimal"
        value={props.value}
        onChange={(e) => props.move({ [props.name]: e.currentTarget.value })}
      />
    </label>
  );
}

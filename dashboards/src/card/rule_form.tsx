import type { ComponentChildren, InputHTMLAttributes, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { add, blank, kinds, scenes, tags, type Draft } from '../state/rules';
import { random } from '../state/slate';
import type { Session } from '../state/wire';
import { useSpeech, type Key } from '../text';
import { Card } from './card';
import { useList } from './choices';
import { named } from './ranking';

interface Category {
  code: string;
  name: string;
  name_en: string;
}

// RuleForm adds a rule. The key of a draft changes with the draft, so that a click too many, or one after
// an answer that was lost, makes no second rule.
export function RuleForm({ session, done }: { session: Session; done: () => void }): JSX.Element {
  const { t } = useSpeech();
  const first = session.all ? '' : (session.stores[0]?.code ?? '');
  const [draft, setDraft] = useState<Draft>(() => blank(first));
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const key = useRef(random(16));
  const change = (to: Partial<Draft>): void => {
    key.current = random(16);
    setDraft((old) => ({ ...old, ...to }));
  };
  const send = async (e: Event): Promise<void> => {
    e.preventDefault();
    setBusy(true);
    try {
      await add(draft, key.current);
      setProblem('');
      change(blank(draft.store));
      done();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
    setBusy(false);
  };
  return (
    <Card title={t('ruleAdd')} lead={t('ruleAddLead')} area="rule-form">
      <form class="rule-form" onSubmit={(e) => void send(e)}>
        <Where draft={draft} change={change} session={session} />
        <Goods draft={draft} change={change} />
        <Effect draft={draft} change={change} />
        <p role="alert" class="rule-problem">
          {problem}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {t('ruleAdd')}
        </button>
      </form>
    </Card>
  );
}

interface Part {
  draft: Draft;
  change: (to: Partial<Draft>) => void;
}

function Where({ draft, change, session }: Part & { session: Session }): JSX.Element {
  const { t, lang } = useSpeech();
  return (
    <>
      <Select name="kind" label="rule" draft={draft} change={change}>
        {kinds.map((k) => (
          <option value={k} key={k}>
            {t(`kind.${k}` as Key)}
          </option>
        ))}
      </Select>
      <Select name="store" label="store" draft={draft} change={change}>
        {session.all && <option value="">{t('ruleChain')}</option>}
        {session.stores.map((s) => (
          <option value={s.code} key={s.code}>
            {named(lang, s, s.code)}
          </option>
        ))}
      </Select>
      <Select name="scene" label="ruleScene" draft={draft} change={change}>
        <option value="">{t('ruleEverywhere')}</option>
        {scenes.map((s) => (
          <option value={s} key={s}>
            {t(`scene.${s}` as Key)}
          </option>
        ))}
      </Select>
    </>
  );
}

function Goods({ draft, change }: Part): JSX.Element {
  const { t, lang } = useSpeech();
  const categories = useList<Category>('/v1/categories?limit=1000') ?? [];
  return (
    <>
      <Text name="sku" label="ruleSKU" draft={draft} change={change} required={draft.kind === 'pin'} />
      <Select name="category" label="category" draft={draft} change={change}>
        <option value="">{t('allCategories')}</option>
        {categories.map((c) => (
          <option value={c.code} key={c.code}>
            {named(lang, c, c.code)}
          </option>
        ))}
      </Select>
      <Text name="brand" label="ruleBrand" draft={draft} change={change} />
      <Select name="tag" label="ruleTag" draft={draft} change={change}>
        <option value="">{t('ruleAnyTag')}</option>
        {tags.map((tag) => (
          <option value={tag} key={tag}>
            {t(`tag.${tag}` as Key)}
          </option>
        ))}
      </Select>
    </>
  );
}

function Effect({ draft, change }: Part): JSX.Element {
  const both = { draft, change };
  return (
    <>
      {draft.kind === 'boost' && (
        <>
          <Text name="factor" label="ruleFactor" type="number" min="0.01" max="100" step="any" required {...both} />
          <Text name="quota" label="ruleQuota" type="number" min="0" max="50" step="1" {...both} />
        </>
      )}
      {draft.kind === 'pin' && (
        <Text name="place" label="rulePlace" type="number" min="1" max="50" step="1" required {...both} />
      )}
      <Text name="from" label="ruleFrom" type="datetime-local" {...both} />
      <Text name="until" label="ruleUntil" type="datetime-local" {...both} />
      <Text name="note" label="ruleNote" maxLength={60} {...both} />
    </>
  );
}

type Name = Exclude<keyof Draft, 'kind'>;

interface FieldProps extends Part {
  label: Key;
}

function Select(props: FieldProps & { name: Name | 'kind'; children: ComponentChildren }): JSX.Element {
  const { t } = useSpeech();
  const { name, draft, change } = props;
  return (
    <label>
      <span>{t(props.label)}</span>
      <select
        name={name}
        value={draft[name]}
        onChange={(e) => change({ [name]: e.currentTarget.value } as Partial<Draft>)}
      >
        {props.children}
      </select>
    </label>
  );
}

interface TextProps extends FieldProps {
  name: Name;
  type?: 'text' | 'number' | 'datetime-local';
  min?: string;
  max?: string;
  step?: string;
  maxLength?: number;
  required?: boolean;
}

function Text({ name, label, draft, change, ...rest }: TextProps): JSX.Element {
  const { t } = useSpeech();
  return (
    <label>
      <span>{t(label)}</span>
      <input
        name={name}
        type="text"
        autocomplete="off"
        {...(rest as InputHTMLAttributes<HTMLInputElement>)}
        value={draft[name]}
        onInput={(e) => change({ [name]: e.currentTarget.value } as Partial<Draft>)}
      />
    </label>
  );
}

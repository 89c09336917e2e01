import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { Card, Empty, Failed, Waiting } from '../card/card';
import { RuleForm } from '../card/rule_form';
import { named } from '../card/ranking';
import { list, phase, remove, type Rule } from '../state/rules';
import { Refused, type Session } from '../state/wire';
import { useSpeech, type Key } from '../text';
import { Top, type Visitor } from './header';

// writers are the roles that make rules; the others read them.
const writers = ['hq-admin', 'marketing', 'region-manager', 'store-manager'];

// RulesPage shows what merchandisers wish of recommendations, and lets them add and delete rules.
export function RulesPage(props: Visitor): JSX.Element {
  const { session, doubt } = props;
  const { t } = useSpeech();
  const [ended, setEnded] = useState(false);
  const [rules, setRules] = useState<Rule[] | null>(null);
  const [problem, setProblem] = useState('');
  const load = useCallback(async (): Promise<void> => {
    try {
      setRules(await list(ended));
      setProblem('');
    } catch (e) {
      if (e instanceof Refused && e.status === 401) doubt();
      setProblem(e instanceof Error ? e.message : String(e));
    }
  }, [ended, doubt]);
  useEffect(() => void load(), [ended]);
  const may = writers.includes(session.role);
  return (
    <>
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <Top {...props} />
      <main id="main" class="rules" tabIndex={-1}>
        {may && <RuleForm session={session} done={() => void load()} />}
        <Card
          title={t('rules')}
          lead={t('rulesLead')}
          area="rules"
          aside={
            <label class="rules-ended">
              <input type="checkbox" checked={ended} onChange={(e) => setEnded(e.currentTarget.checked)} />
              {t('rulesEnded')}
            </label>
          }
        >
          {problem && <Failed reason={problem} retry={() => void load()} />}
          {rules === null ? (
            !problem && <Waiting />
          ) : rules.length === 0 ? (
            <Empty title={t('noRules')} next={t(may ? 'noRulesNext' : 'noRulesReader')} />
          ) : (
            <Rules rules={rules} session={session} may={may} done={load} />
          )}
        </Card>
      </main>
      <footer class="foot">
        <span>{t('rulesFoot')}</span>
      </footer>
    </>
  );
}

interface RulesProps {
  rules: Rule[];
  session: Session;
  may: boolean;
  done: () => Promise<void>;
}

function Rules({ rules, session, may, done }: RulesProps): JSX.Element {
  const { t } = useSpeech();
  const heads: Key[] = ['rule', 'ruleWhere', 'ruleGoods', 'ruleEffect', 'ruleWhen', 'ruleNote'];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t('rules')}>
      <table>
        <thead>
          <tr>
            {heads.map((h) => (
              <th scope="col" key={h}>
                {t(h)}
              </th>
            ))}
            {may && <th scope="col">{t('ruleDelete')}</th>}
          </tr>
        </thead>
        <tbody>
          {rules.map((r) => (
            <tr key={r.id} data-rule={r.id} data-phase={phase(r, Date.now())}>
              <RuleCells rule={r} session={session} />
              {may && (
                <td>
                  <Delete rule={r} done={done} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RuleCells({ rule: r, session }: { rule: Rule; session: Session }): JSX.Element {
  const { t, lang, zone } = useSpeech();
  const store = session.stores.find((s) => s.code === r.store);
  const when = (at: string): string =>
    new Date(at).toLocaleString(lang, { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' });
  const goods = [
    r.sku && `${t('ruleSKU')} ${r.sku}`,
    r.category && `${t('category')} ${r.category}`,
    r.brand && `${t('ruleBrand')} ${r.brand}`,
    ...(r.tags ?? []).map((tag) => t(`tag.${tag}` as Key)),
  ].filter(Boolean);
  return (
    <>
      <td>
        {t(`kind.${r.kind}` as Key)}
        <small>
          #{r.id} · {t(`phase.${phase(r, Date.now())}` as Key)}
        </small>
      </td>
      <td>
        {r.store ? named(lang, store ?? { name: r.store, name_en: r.store }, r.store) : t('ruleChain')}
        <small>{r.scenes?.map((s) => t(`scene.${s}` as Key)).join(', ') || t('ruleEverywhere')}</small>
      </td>
      <td>{goods.join(' · ')}</td>
      <td>
        {r.kind === 'boost' && t('ruleTimes', { n: r.factor ?? 1 })}
        {r.kind === 'pin' && t('rulePlaceOf', { n: r.place ?? 1 })}
        {r.kind === 'block' && t('ruleNever')}
        {r.quota ? <small>{t('ruleQuotaOf', { n: r.quota })}</small> : null}
      </td>
      <td>
        {r.from ? when(r.from) : t('ruleAtOnce')} – {r.until ? when(r.until) : t('ruleForEver')}
      </td>
      <td>
        {r.note}
        <small>{t('ruleBy', { who: r.changed_by, time: when(r.changed_at) })}</small>
      </td>
    </>
  );
}

// Delete asks before it deletes.
function Delete({ rule, done }: { rule: Rule; done: () => Promise<void> }): JSX.Element {
  const { t } = useSpeech();
  const [asks, setAsks] = useState(false);
  const [problem, setProblem] = useState('');
  const go = async (): Promise<void> => {
    try {
      await remove(rule);
      await done();
    } catch (e) {
      setProblem(e instanceof Error ? e.message : String(e));
    }
  };
  if (!asks) {
    return (
      <button type="button" class="quiet" aria-label={t('ruleDeleteLabel', { n: rule.id })} onClick={() => setAsks(true)}>
        {t('ruleDelete')}
      </button>
    );
  }
  return (
    <div class="rules-ask" role="alertdialog" aria-label={t('ruleDeleteAsk', { n: rule.id })}>
      <span>{problem || t('ruleDeleteAsk', { n: rule.id })}</span>
      <button type="button" class="danger" onClick={() => void go()}>
        {t('ruleDelete')}
      </button>
      <button
        type="button"
        ref={(b) => b?.focus()}
        onClick={() => {
          setAsks(false);
          setProblem('');
        }}
      >
        {t('ruleKeep')}
      </button>
    </div>
  );
}

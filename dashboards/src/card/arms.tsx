import type { JSX } from 'preact';
import { count, money, none, points, share } from '../format';
import { probability, verdict, type Against, type Arm, type Difference, type Estimate } from '../state/experiment';
import { useSpeech, type Lang } from '../text';

type Write = (lang: Lang, value: number) => string;

// amount writes a difference of amounts with its sign.
const amount: Write = (lang, value) => (value > 0 ? '+' : '') + money(lang, value);

// Arms is the table of an experiment: a row for each arm, a figure for each column, and below each the
// differences to the control and to those who were held out.
export function Arms({ arms, all }: { arms: Arm[]; all: Arm | null }): JSX.Element {
  const { t } = useSpeech();
  const control = arms.findIndex((a) => !a.held_out);
  return (
    <table class="arms">
      <thead>
        <tr>
          <th scope="col">{t('arm')}</th>
          <th scope="col" class="num">{t('armVisitors')}</th>
          <th scope="col" class="num">{t('clickThrough')}</th>
          <th scope="col" class="num">{t('conversion')}</th>
          <th scope="col" class="num">{t('revenuePerMember')}</th>
        </tr>
      </thead>
      <tbody>
        {arms.map((a, i) => (
          <Row key={a.name + i} arm={a} note={a.held_out ? t('heldOutNote') : i === control ? t('control') : ''} />
        ))}
        {all && <Row arm={all} note={t('recommendedNote')} name={t('recommendedAll')} />}
      </tbody>
    </table>
  );
}

function Row({ arm, note, name }: { arm: Arm; note: string; name?: string }): JSX.Element {
  const { t, lang } = useSpeech();
  return (
    <tr data-arm={name ? 'all' : arm.held_out ? 'held-out' : arm.name}>
      <th scope="row">
        <strong>{name ?? (arm.held_out ? t('heldOut') : arm.name)}</strong>
        {note && <small>{note}</small>}
      </th>
      <td class="num">
        {count(lang, arm.visitors)}
        <small>{t('armMembers', { n: count(lang, arm.members) })}</small>
      </td>
      <Figure
        value={arm.click_through}
        write={share}
        detail={t('clicksOf', { n: count(lang, arm.clicks), of: count(lang, arm.impressions) })}
        arm={arm}
        difference={(a) => a.click_through}
        writeDifference={points}
      />
      <Figure
        value={arm.conversion}
        write={share}
        detail={t('buyersOf', { n: count(lang, arm.buyers), of: count(lang, arm.members) })}
        arm={arm}
        difference={(a) => a.conversion}
        writeDifference={points}
      />
      <Figure
        value={arm.revenue_per_member}
        write={money}
        detail=""
        arm={arm}
        difference={(a) => a.revenue_per_member}
        writeDifference={amount}
      />
    </tr>
  );
}

function Figure(props: {
  value: Estimate | null;
  write: Write;
  detail: string;
  arm: Arm;
  difference: (a: Against) => Difference | null;
  writeDifference: Write;
}): JSX.Element {
  const { t, lang } = useSpeech();
  const { value, write, detail, arm, difference, writeDifference } = props;
  return (
    <td class="num">
      {value ? write(lang, value.value) : none}
      {value && <small>{t('interval', { low: write(lang, value.low), high: write(lang, value.high) })}</small>}
      {detail && <small>{detail}</small>}
      {arm.against_control && !arm.held_out && (
        <Gap of={difference(arm.against_control)} name={t('againstControl')} write={writeDifference} />
      )}
      {arm.against_holdout && (
        <Gap of={difference(arm.against_holdout)} name={t('againstHoldout')} write={writeDifference} />
      )}
    </td>
  );
}

// Gap is a difference with its interval and its p; colour is never all that says whether it holds.
function Gap({ of, name, write }: { of: Difference | null; name: string; write: Write }): JSX.Element | null {
  const { t, lang } = useSpeech();
  if (!of) return null;
  const says = verdict(of);
  const sign = says === 'better' ? '▲' : says === 'worse' ? '▼' : '·';
  const range = t('interval', { low: write(lang, of.low), high: write(lang, of.high) });
  return (
    <small class={`gap gap-${says}`}>
      <span aria-hidden="true">{sign}</span> {name} {write(lang, of.value)} {range}, {probability(of.p)}
    </small>
  );
}

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Arms } from '../card/arms';
import { Card, Empty, Failed, Waiting } from '../card/card';
import { count, instant, money, share } from '../format';
import { probability, question, windows, type Results } from '../state/experiment';
import { ask, Refused } from '../state/wire';
import { useSpeech } from '../text';
import { Top, type Visitor } from './header';
import '../experiments.css';

// refresh is the pause between two questions, in milliseconds.
const refresh = 15_000;

type Answer = { results: Results } | { reason: string } | null;

// ExperimentsPage shows what experiments with recommendations have found.
export function ExperimentsPage(props: Visitor): JSX.Element {
  const { address, doubt, session } = props;
  const { t } = useSpeech();
  const [answer, setAnswer] = useState<Answer>(null);
  const [attempt, setAttempt] = useState(0);
  const path = question(address.experiment, address.window);
  useEffect(() => {
    const stop = new AbortController();
    let timer = 0;
    const load = async (): Promise<void> => {
      try {
        setAnswer({ results: await ask<Results>(path, { signal: stop.signal }) });
      } catch (e) {
        if (stop.signal.aborted) return;
        if (e instanceof Refused && e.status === 401) doubt();
        const reason = e instanceof Refused ? e.message : String(e);
        setAnswer((old) => (old && 'results' in old && !(e instanceof Refused) ? old : { reason }));
      }
      if (!stop.signal.aborted) timer = window.setTimeout(() => void load(), refresh);
    };
    setAnswer(null);
    void load();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [path, attempt]);
  const simulated = session.stores.some((s) => s.simulated);
  return (
    <>
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <Top {...props} />
      <main id="main" class="trial" tabIndex={-1}>
        {answer === null ? (
          <Waiting />
        ) : 'reason' in answer ? (
          <Card area="trial" title={t('experiments')}>
            <Failed reason={answer.reason} retry={() => setAttempt(attempt + 1)} />
          </Card>
        ) : (
          <Trial
            results={answer.results}
            aside={
              <>
                <Choices {...props} results={answer.results} />
                {simulated && (
                  <span class="badge badge-simulated" title={t('simulatedTitle')}>
                    {t('simulated')}
                  </span>
                )}
              </>
            }
          />
        )}
      </main>
      <footer class="foot">
        <span>{t('experimentsFooter')}</span>
      </footer>
    </>
  );
}

function Choices({ results, address, move }: Visitor & { results: Results }): JSX.Element | null {
  const { t } = useSpeech();
  if (results.experiments.length === 0) return null;
  return (
    <div class="filters">
      <select
        aria-label={t('experiment')}
        value={results.experiment?.name ?? ''}
        onChange={(e) => move({ experiment: e.currentTarget.value })}
      >
        {results.experiments.map((x) => (
          <option value={x.name} key={x.name}>
            {x.name} · {t(`experiment.${x.state}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t('window')}
        value={String(results.window_days)}
        onChange={(e) => move({ window: e.currentTarget.value })}
      >
        {[...windows]
          .sort((a, b) => a - b)
          .map((days) => (
            <option value={days} key={days}>
              {t('windowDays', { n: days })}
            </option>
          ))}
      </select>
      {address.experiment && (
        <button type="button" class="quiet" onClick={() => move({ experiment: '' })}>
          {t('currentExperiment')}
        </button>
      )}
    </div>
  );
}

function Trial({ results, aside }: { results: Results; aside: JSX.Element }): JSX.Element {
  const { t, lang, zone } = useSpeech();
  const { experiment: x, report } = results;
  if (!x || !report) {
    return (
      <Card area="trial" title={t('experiments')}>
        <Empty title={t('experimentNone')} next={t('experimentNoneNext')} />
      </Card>
    );
  }
  const lead = t('experimentLead', {
    state: t(`experiment.${x.state}`),
    from: instant(lang, x.from, zone),
    until: instant(lang, x.until, zone),
    holdout: share(lang, x.holdout),
  });
  const arms = report.arms ?? [];
  const nobody = arms.every((a) => a.visitors === 0);
  const earned = report.incremental_revenue;
  return (
    <>
      {report.sample_ratio.found && (
        <p class="trial-warning" role="alert">
          {t('mismatch', { p: probability(report.sample_ratio.p) })}
        </p>
      )}
      <Card area="trial" title={x.name} lead={lead} aside={aside}>
        {nobody ? (
          <Empty title={t('armsEmpty')} next={t('armsEmptyNext')} />
        ) : (
          <>
            <dl class="trial-sum">
              <div>
                <dt>{t('incremental')}</dt>
                <dd data-figure="incremental">{earned ? money(lang, earned.value) : t('incrementalNone')}</dd>
                {earned && (
                  <dd class="muted">
                    {t('interval', { low: money(lang, earned.low), high: money(lang, earned.high) })}
                  </dd>
                )}
              </div>
              <div>
                <dt>{t('sampleRatio')}</dt>
                <dd>{t(report.sample_ratio.found ? 'sampleRatioBad' : 'sampleRatioGood')}</dd>
                <dd class="muted">{probability(report.sample_ratio.p)}</dd>
              </div>
              {results.crossed_visitors > 0 && (
                <div>
                  <dt>{t('crossed')}</dt>
                  <dd>{count(lang, results.crossed_visitors)}</dd>
                  <dd class="muted">{t('crossedNote')}</dd>
                </div>
              )}
            </dl>
            <div class="scroll" tabIndex={0} role="region" aria-label={x.name}>
              <Arms arms={arms} all={arms.length > 1 ? report.recommended : null} />
            </div>
          </>
        )}
      </Card>
    </>
  );
}

import type { JSX } from 'preact';
import { Refused } from '../state/wire';
import { useSpeech, type Key } from '../text';

// Refusal stands where there is no answer, or an empty one (problem null): what happened, and what to do
// next.
export function Refusal(props: {
  problem: Error | null;
  again: () => void;
  clear: (() => void) | null;
}): JSX.Element {
  const { t } = useSpeech();
  const { problem, clear } = props;
  const status = problem instanceof Refused ? problem.status : 0;
  const [title, next] = words(problem !== null, status);
  return (
    <div class="message" role={problem ? 'alert' : 'status'}>
      <strong>{t(title)}</strong>
      {problem && <p>{problem.message}</p>}
      <p>{t(next)}</p>
      <div class="message-ways">
        {clear && (
          <button type="button" onClick={clear}>
            {t('clearChoices')}
          </button>
        )}
        <button type="button" onClick={props.again}>
          {t('retry')}
        </button>
      </div>
    </div>
  );
}

// words are what to say of an answer by its status; 0 means that nobody answered.
function words(failed: boolean, status: number): [title: Key, next: Key] {
  if (!failed) return ['slateEmpty', 'slateEmptyNext'];
  if (status === 0) return ['slateAway', 'slateAwayNext'];
  if (status === 401 || status === 403) return ['slateForbidden', 'slateForbiddenNext'];
  if (status === 503 || status === 502) return ['slateLoading', 'slateLoadingNext'];
  return ['slateRefused', 'slateRefusedNext'];
}

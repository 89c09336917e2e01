import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { money, share } from '../format';
import { ask, Refused, type Table } from '../state/wire';
import { useSpeech } from '../text';
import { Card, Empty, Failed, Waiting } from './card';

// refresh is the pause between two questions, in milliseconds.
const refresh = 5_000;

type Answer = { table: Table } | { reason: string } | null;

// Categories asks for its own figures, so it works while the live stream does not, and the reverse.
export function Categories({ stores }: { stores: readonly string[] }): JSX.Element {
  const { t } = useSpeech();
  const [answer, setAnswer] = useState<Answer>(null);
  const [attempt, setAttempt] = useState(0);
  const narrowed = stores.join(',');
  useEffect(() => {
    const stop = new AbortController();
    let timer = 0;
    const load = async (): Promise<void> => {
      try {
        const table = await ask<Table>(question(narrowed), { signal: stop.signal });
        setAnswer({ table });
      } catch (e) {
        if (stop.signal.aborted) return;
        const reason = e instanceof Refused ? e.message : String(e);
        setAnswer((old) => (old && 'table' in old ? old : { reason }));
      }
      if (!stop.signal.aborted) timer = window.setTimeout(() => void load(), refresh);
    };
    void load();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [narrowed, attempt]);
  const again = (): void => {
    setAnswer(null);
    setAttempt(attempt + 1);
  };
  return (
    <Card area="categories" title={t('categories')} lead={t('categoriesLead')}>
      {answer === null ? (
        <Waiting />
      ) : 'reason' in answer ? (
        <Failed reason={answer.reason} retry={again} />
      ) : (
        <Split rows={answer.table.rows} />
      )}
    </Card>
  );
}

function question(stores: string): string {
  const q = new URLSearchParams({
    metrics: 'net_sales',
    by: 'category',
    names: 'true',
    sort: '-net_sales',
  });
  if (stores) q.set('stores', stores);
  return '/v1/kpis?' + q.toString();
}

const shown = 8;

function Split({ rows }: { rows: Table['rows'] }): JSX.Element {
  const { t, lang } = useSpeech();
  const sold = rows.map((r) => ({
    code: String(r['category'] ?? ''),
    name: String((lang === 'en' && r['category_name_en']) || r['category_name'] || r['category'] || ''),
    net: Number(r['net_sales'] ?? 0),
  }));
  const total = sold.reduce((sum, r) => sum + Math.max(0, r.net), 0);
  if (total === 0) return <Empty title={t('noCategories')} next={t('noCategoriesNext')} />;
  const top = Math.max(...sold.map((r) => r.net));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t('categories')}>
      <table class="split">
        <thead class="unseen">
          <tr>
            <th scope="col">{t('category')}</th>
            <th scope="col">{t('netSales')}</th>
            <th scope="col">{t('share')}</th>
          </tr>
        </thead>
        <tbody>
          {sold.slice(0, shown).map((r) => (
            <tr key={r.code}>
              <th scope="row">
                {r.name}
                <div class="bar" aria-hidden="true">
                  <i class="bar-now" style={{ width: `${Math.max(0, (r.net / top) * 100)}%` }} />
                </div>
              </th>
              <td class="num">{money(lang, r.net)}</td>
              <td class="num muted">{share(lang, r.net / total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

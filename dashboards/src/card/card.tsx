import { Component, type ComponentChildren, type JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { useSpeech } from '../text';

interface Props {
  title: string;
  lead?: string;
  area: string;
  // table is the same content as a table; with it the card can be switched.
  table?: () => JSX.Element;
  // list says that the first form is a list and no chart.
  list?: boolean;
  aside?: ComponentChildren;
  children: ComponentChildren;
}

// Card is a titled part of the page. What fails inside it fails alone.
export function Card({ title, lead, area, table, list, aside, children }: Props): JSX.Element {
  const { t } = useSpeech();
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <section class={`card card-${area}`} aria-labelledby={id}>
      <header class="card-head">
        <div class="card-title">
          <h2 id={id}>{title}</h2>
          {lead && <p>{lead}</p>}
        </div>
        {aside}
        {table && (
          <button
            type="button"
            class="quiet"
            aria-pressed={asTable}
            aria-label={t(!asTable ? 'asTableLabel' : list ? 'asListLabel' : 'asChartLabel', { title })}
            onClick={() => setAsTable(!asTable)}
          >
            {t(!asTable ? 'asTable' : list ? 'asList' : 'asChart')}
          </button>
        )}
      </header>
      <Boundary>
        {asTable && table ? (
          <div class="scroll" tabIndex={0} role="region" aria-label={title}>
            {table()}
          </div>
        ) : (
          children
        )}
      </Boundary>
    </section>
  );
}

// Boundary shows a message in the place of children that threw.
class Boundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ComponentChildren {
    if (!this.state.failed) return this.props.children;
    return <Failed broken retry={() => this.setState({ failed: false })} />;
  }
}

// Failed says that a card has nothing to show, and offers to try again.
export function Failed(props: { reason?: string; broken?: boolean; retry: () => void }): JSX.Element {
  const { t } = useSpeech();
  return (
    <div class="message" role="alert">
      <strong>{t(props.broken ? 'cardBroken' : 'cardFailed')}</strong>
      {props.reason && <p>{props.reason}</p>}
      <button type="button" onClick={props.retry}>
        {t('retry')}
      </button>
    </div>
  );
}

// Empty says why there is nothing and what would change that.
export function Empty(props: { title: string; next: string }): JSX.Element {
  return (
    <div class="message">
      <strong>{props.title}</strong>
      <p>{props.next}</p>
    </div>
  );
}

// Waiting stands where content is about to appear.
export function Waiting(): JSX.Element {
  const { t } = useSpeech();
  return (
    <div class="waiting" role="status">
      <span class="unseen">{t('loading')}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

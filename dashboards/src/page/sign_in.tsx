import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask, Refused, type Session } from '../state/wire';
import type { Address } from '../state/address';
import { isKey, useSpeech } from '../text';
import { LanguageButton } from './header';

interface Props {
  demo: Session['demo'];
  address: Address;
  move: (to: Partial<Address>) => void;
  done: () => void;
}

// SignIn asks for user and password. In a demo it offers the accounts that exist.
export function SignIn({ demo, address, move, done }: Props): JSX.Element {
  const { t } = useSpeech();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState('');
  const submit = async (e: Event): Promise<void> => {
    e.preventDefault();
    setBusy(true);
    setReason('');
    try {
      const body = JSON.stringify({ user, password });
      const headers = { 'Content-Type': 'application/json' };
      await ask('/ui/session', { method: 'POST', body, headers });
      done();
    } catch (x) {
      setReason(t('signInFailed', { reason: x instanceof Refused ? x.message : String(x) }));
    }
    setBusy(false);
  };
  return (
    <main class="door">
      <form onSubmit={(e) => void submit(e)} aria-busy={busy}>
        <div class="door-brand">
          <img src="/mark.svg" alt="" width="36" height="36" />
          <div>
            <h1>tillstream</h1>
            <p>{t('signInLead')}</p>
          </div>
          <LanguageButton lang={address.lang} move={move} />
        </div>
        <label>
          {t('user')}
          <input
            name="user"
            autocomplete="username"
            required
            value={user}
            onInput={(e) => setUser(e.currentTarget.value)}
          />
        </label>
        <label>
          {t('password')}
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(e) => setPassword(e.currentTarget.value)}
          />
        </label>
        <p class="door-reason" role="alert">
          {reason}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {t(busy ? 'signingIn' : 'signIn')}
        </button>
        {demo.length > 0 && (
          <fieldset>
            <legend>{t('demoHint')}</legend>
            {demo.map((d) => {
              const role = 'role.' + d.role;
              return (
                <button
                  type="button"
                  key={d.user}
                  onClick={() => {
                    setUser(d.user);
                    setPassword(d.password);
                  }}
                >
                  <strong>{isKey(role) ? t(role) : d.role}</strong>
                  <code>{d.user}</code>
                </button>
              );
            })}
          </fieldset>
        )}
      </form>
    </main>
  );
}

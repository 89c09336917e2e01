import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clock, none } from '../format';
import type { Picture } from '../state/feed';
import { useSpeech } from '../text';

// useOnline follows whether the browser believes to have a network.
function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = (): void => setOnline(navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  return online;
}

// Banner says when the figures are not current and what happens next. It is the page's one live region.
export function Banner({ picture }: { picture: Picture }): JSX.Element {
  const { t, lang, zone } = useSpeech();
  const online = useOnline();
  const time = picture.pulse ? clock(lang, picture.pulse.as_of, zone) : none;
  let text = '';
  if (!online) text = t('offline');
  else if (picture.phase === 'lost') text = t('reconnecting', { time });
  else if (picture.down !== null) text = t('warehouseDown');
  return (
    <div class="banner-place" role="status" aria-live="polite">
      {text && <p class="banner">{text}</p>}
    </div>
  );
}

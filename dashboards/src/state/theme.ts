// Theme is how the page looks: as the system does, or one of two.
export type Theme = 'light' | 'dark';

const key = 'tillstream.theme';

// startTheme is the remembered theme, else the system's.
export function startTheme(): Theme {
  const kept = localStorage.getItem(key);
  if (kept === 'light' || kept === 'dark') return kept;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

// flip is the other theme; the choice is remembered.
export function flip(theme: Theme): Theme {
  const other = theme === 'dark' ? 'light' : 'dark';
  localStorage.setItem(key, other);
  return other;
}

// remember puts the theme on the document, where the style sheet reads it.
export function remember(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

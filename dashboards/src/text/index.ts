import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { en } from './en';
import { zh, type Key } from './zh';

// Lang is a language of the interface.
export type Lang = 'zh-CN' | 'en';

// Values fill the {names} of a text.
export type Values = Record<string, string | number>;

// Translate returns the text of a key.
export type Translate = (key: Key, values?: Values) => string;

// translator returns the Translate of a language.
export function translator(lang: Lang): Translate {
  const texts: Record<Key, string> = lang === 'en' ? en : zh;
  return (key, values) => fill(texts[key], values);
}

// fill puts values in the place of {names}; a name without a value stays as it is.
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

// isKey reports whether a computed name is a key.
export function isKey(name: string): name is Key {
  return name in zh;
}

// preferred is the language to start with when the address names none.
export function preferred(languages: readonly string[]): Lang {
  const first = languages.find((l) => /^(zh|en)\b/i.test(l));
  return first && /^en/i.test(first) ? 'en' : 'zh-CN';
}

// Speech is what components need in order to speak.
export interface Speech {
  lang: Lang;
  t: Translate;
  zone: string;
}

export const SpeechContext = createContext<Speech>({
  lang: 'zh-CN',
  t: translator('zh-CN'),
  zone: 'Asia/Shanghai',
});

// useSpeech returns the language of the page.
export const useSpeech = (): Speech => useContext(SpeechContext);

export type { Key };

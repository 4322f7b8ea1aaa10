import { useSyncExternalStore } from 'react'
import { en, type Messages } from './messages/en.ts'

export type Language = 'en' | 'de'

interface Spoken {
  language: Language
  /** How amounts, dates and counts are written. */
  locale: string
  messages: Messages
  /** The language that was wanted, but could not be loaded. */
  missing?: Language
}

const LOCALES = { en: 'en-IE', de: 'de-DE' } satisfies Record<Language, string>
/** In their own words, as people look for theirs. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } satisfies Record<Language, string>
const KEPT = 'dwaybank:language'

let spoken: Spoken = { language: 'en', locale: LOCALES.en, messages: en }
const listeners = new Set<() => void>()

/** The language of this visit: what was chosen once, else the first of the browser's that the page has. */
export function preferredLanguage(kept: string | null, wanted: readonly string[]): Language {
  const known = [kept ?? '', ...wanted].map((tag) => tag.slice(0, 2).toLowerCase())
  return known.find((tag): tag is Language => tag in LANGUAGES) ?? 'en'
}

/** Speaks the visitor's language; to be awaited before the first view. */
export async function loadLanguage(): Promise<void> {
  await speak(preferredLanguage(localStorage.getItem(KEPT), navigator.languages))
}

/** Speaks another language from now on, in later visits too. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language)
  await speak(language)
}

async function speak(language: Language): Promise<void> {
  try {
    const messages = language === 'de' ? (await import('./messages/de.ts')).de : en
    spoken = { language, locale: LOCALES[language], messages }
  } catch (error) {
    // A page in another language is worth more than none.
    console.error(error)
    spoken = { ...spoken, missing: language }
  }
  document.documentElement.lang = spoken.language
  for (const listener of listeners) listener()
}

/** What is spoken now, for what is no component. */
export function currentlySpoken(): Spoken {
  return spoken
}

/** What is spoken; the component that asks is shown anew when it changes. */
export function useSpoken(): Spoken {
  return useSyncExternalStore(subscribe, currentlySpoken)
}

/** The texts of the page. */
export function useMessages(): Messages {
  return useSpoken().messages
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

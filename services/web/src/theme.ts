import { useSyncExternalStore } from 'react'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEPT = 'dwaybank:theme'
const CHANGED = 'dwaybank:theme-changed'

function keptTheme(): Theme {
  const kept = localStorage.getItem(KEPT)
  return THEMES.find((theme) => theme === kept) ?? 'system'
}

/** Shows the page in the appearance that was chosen once; the system's is the style sheet's own. */
export function showTheme(theme = keptTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** Changes the appearance, for later visits too. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme)
  showTheme(theme)
  dispatchEvent(new Event(CHANGED))
}

/** The appearance that was chosen. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, keptTheme)
}

function subscribe(listener: () => void): () => void {
  addEventListener(CHANGED, listener)
  return () => removeEventListener(CHANGED, listener)
}

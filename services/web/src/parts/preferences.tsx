import { chooseLanguage, type Language, LANGUAGES, useSpoken } from '../language.ts'
import { chooseTheme, type Theme, THEMES, useTheme } from '../theme.ts'
import styles from './preferences.module.css'

/** The language and the appearance of the page, at the foot of every view. */
export function Preferences() {
  const { language, messages } = useSpoken()
  const theme = useTheme()
  return (
    <footer className={styles['foot']}>
      <label>
        {messages.language}
        <select value={language} onChange={(event) => void chooseLanguage(event.target.value as Language)}>
          {Object.entries(LANGUAGES).map(([name, words]) => (
            <option key={name} value={name} lang={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        {messages.theme}
        <select value={theme} onChange={(event) => chooseTheme(event.target.value as Theme)}>
          {THEMES.map((name) => (
            <option key={name} value={name}>
              {messages.themes[name]}
            </option>
          ))}
        </select>
      </label>
    </footer>
  )
}

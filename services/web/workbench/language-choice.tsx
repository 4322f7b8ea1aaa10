import { chooseLanguage, type Language, LANGUAGES, useSpoken } from '../src/language.ts'
import styles from './workbench.module.css'

/** In which language the samples are shown. */
export function LanguageChoice() {
  const { language } = useSpoken()
  return (
    <p className={styles['choice']}>
      {Object.entries(LANGUAGES).map(([name, words]) => (
        <button
          key={name}
          type="button"
          lang={name}
          aria-pressed={name === language}
          onClick={() => void chooseLanguage(name as Language)}
        >
          {words}
        </button>
      ))}
    </p>
  )
}

import type { ComponentType } from 'react'
import { classes } from '../src/classes.ts'
import { useSpoken } from '../src/language.ts'
import { samples } from './samples/all.ts'
import { LanguageChoice } from './language-choice.tsx'
import styles from './workbench.module.css'

/** Every part of the page in its states, light and dark side by side. */
export function Workbench() {
  useSpoken()
  return (
    <main className={styles['bench']}>
      <LanguageChoice />
      {Object.entries(samples).map(([name, Sample]) => (
        <section key={name} id={name} aria-label={name}>
          <p className={styles['name']}>{name}</p>
          <div className={styles['both']}>
            <Side look="light" Sample={Sample} />
            <Side look="dark" Sample={Sample} />
          </div>
        </section>
      ))}
    </main>
  )
}

function Side({ look, Sample }: { look: 'light' | 'dark'; Sample: ComponentType }) {
  return (
    <div className={classes(styles['side'], styles[look])}>
      <Sample />
    </div>
  )
}

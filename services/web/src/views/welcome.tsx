import type { ReactNode } from 'react'
import { useMessages } from '../language.ts'
import { Brand } from '../parts/brand.tsx'
import styles from './welcome.module.css'

/** The frame of the two views for people who are not logged in. */
export function Welcome({ children }: { children: ReactNode }) {
  const { claim, claimMore } = useMessages()
  return (
    <div className={styles['welcome']}>
      <header className={styles['side']}>
        <Brand />
        <div className={styles['words']}>
          <p className={styles['claim']}>{claim}</p>
          <p>{claimMore}</p>
        </div>
      </header>
      <main id="content" className={styles['main']}>
        {children}
      </main>
    </div>
  )
}

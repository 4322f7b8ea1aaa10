import type { ReactNode } from 'react'
import { Heading } from './heading.tsx'
import styles from './page-head.module.css'

/** The heading of a view, and what can be done there. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles['head']}>
      <Heading title={title}>{title}</Heading>
      {children && <div className={styles['actions']}>{children}</div>}
    </div>
  )
}

import { type ReactNode, useId } from 'react'
import styles from './panel.module.css'

interface PanelProps {
  title: string
  children: ReactNode
  /** What can be done with all of it. */
  action?: ReactNode
}

/** A part of a view, with a heading of its own. */
export function Panel({ title, children, action }: PanelProps) {
  const id = useId()
  return (
    <section className={styles['panel']} aria-labelledby={id}>
      <div className={styles['head']}>
        <h2 id={id}>{title}</h2>
        {action}
      </div>
      {children}
    </section>
  )
}

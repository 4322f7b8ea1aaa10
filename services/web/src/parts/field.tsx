import { type ComponentProps, type ReactNode, useId } from 'react'
import styles from './field.module.css'

interface FieldProps {
  label: string
  problem?: string | undefined
  hint?: ReactNode
}

/** A labelled text field with its hint and its problem right below. */
export function TextField({ label, problem, hint, ...input }: FieldProps & ComponentProps<'input'>) {
  const { id, notes, describedBy } = useNotes(problem, hint)
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-invalid={problem !== undefined} aria-describedby={describedBy} {...input} />
      {notes}
    </div>
  )
}

/** A labelled choice with its hint and its problem right below. */
export function SelectField({ label, problem, hint, ...select }: FieldProps & ComponentProps<'select'>) {
  const { id, notes, describedBy } = useNotes(problem, hint)
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      <select id={id} aria-invalid={problem !== undefined} aria-describedby={describedBy} {...select} />
      {notes}
    </div>
  )
}

function useNotes(problem: string | undefined, hint: ReactNode) {
  const id = useId()
  const noteId = `${id}-note`
  const isNoted = problem !== undefined || hint !== undefined
  const note =
    problem === undefined ? (
      <p className={styles['hint']}>{hint}</p>
    ) : (
      <p className={styles['problem']}>{problem}</p>
    )
  return {
    id,
    describedBy: isNoted ? noteId : undefined,
    notes: isNoted ? <div id={noteId}>{note}</div> : null,
  }
}

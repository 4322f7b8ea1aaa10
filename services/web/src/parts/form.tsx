import type { ReactNode, RefObject, SyntheticEvent } from 'react'
import { Button } from './button.tsx'
import { Failure } from './feedback.tsx'
import styles from './form.module.css'

interface FormProps {
  form: {
    ref: RefObject<HTMLFormElement | null>
    busy: boolean
    failure: unknown
    onSubmit(event: SyntheticEvent<HTMLFormElement>): void
    onInput(event: SyntheticEvent<HTMLFormElement>): void
  }
  submit: string
  children: ReactNode
  /** What stands beside the button that sends the form. */
  beside?: ReactNode
}

/** A form with its fields one below the other, what went wrong, and the button that sends it. */
export function Form({ form, submit, children, beside }: FormProps) {
  return (
    <form
      ref={form.ref}
      className={styles['form']}
      onSubmit={form.onSubmit}
      onInput={form.onInput}
      noValidate
    >
      {children}
      {form.failure !== undefined && <Failure error={form.failure} />}
      <div className={styles['actions']}>
        <Button type="submit" look="primary" busy={form.busy}>
          {submit}
        </Button>
        {beside}
      </div>
    </form>
  )
}

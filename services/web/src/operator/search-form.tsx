import { type SyntheticEvent, useLayoutEffect, useRef } from 'react'
import { Button } from '../parts/button.tsx'
import { TextField } from '../parts/field.tsx'
import styles from './operator.module.css'
import { useOperatorMessages } from './words.ts'

interface SearchFormProps {
  label: string
  hint: string
  q: string
  maxLength: number
  onSearch: (q: string) => void
}

/** One field for what is searched for. */
export function SearchForm({ label, hint, q, maxLength, onSearch }: SearchFormProps) {
  const words = useOperatorMessages()
  const field = useRef<HTMLInputElement>(null)
  // Going back and forth changes what is searched for too; the field stays, and with it the focus.
  useLayoutEffect(() => {
    if (field.current) field.current.value = q
  }, [q])
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = new FormData(event.currentTarget).get('q')
    if (typeof typed === 'string' && typed.trim()) onSearch(typed.trim())
  }
  return (
    <form className={styles['search']} role="search" aria-label={label} onSubmit={submit} noValidate>
      <TextField
        label={label}
        hint={hint}
        name="q"
        type="search"
        ref={field}
        maxLength={maxLength}
        autoComplete="off"
      />
      <Button type="submit" look="primary">
        {words.search}
      </Button>
    </form>
  )
}

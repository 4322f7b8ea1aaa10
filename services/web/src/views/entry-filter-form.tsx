import { useNavigate } from '@tanstack/react-router'
import { type SyntheticEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import type { EntryFilter } from '../api/bank.ts'
import { readEntrySearch } from '../entry-search.ts'
import { useMessages } from '../language.ts'
import { Button } from '../parts/button.tsx'
import { SelectField, TextField } from '../parts/field.tsx'
import styles from './entry-filter-form.module.css'

/** Asks which entries are wanted, and puts it into the address: it can be kept, shared and gone back from. */
export function EntryFilterForm({ filter }: { filter: EntryFilter }) {
  const { account: words, wrong } = useMessages()
  const navigate = useNavigate({ from: '/accounts/$accountId' })
  const [isReversed, setReversed] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const dayHint = useId()
  const isSet = Object.keys(filter).length > 0
  const { q = '', from = '', to = '', direction = '' } = filter

  // Going back and forth changes the filter too; the fields stay, and with them the focus.
  useLayoutEffect(() => {
    for (const [name, value] of Object.entries({ q, from, to, direction })) {
      const field = form.current?.elements.namedItem(name)
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value
    }
    setReversed(false)
  }, [q, from, to, direction])

  function apply(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault()
    const wanted = readEntrySearch(Object.fromEntries(new FormData(event.currentTarget)))
    const backwards = Boolean(wanted.from && wanted.to && wanted.to < wanted.from)
    setReversed(backwards)
    if (!backwards) void navigate({ search: wanted, resetScroll: false })
  }

  function clear() {
    // The button goes with the filter.
    form.current?.querySelector('input')?.focus()
    void navigate({ search: {}, resetScroll: false })
  }

  return (
    <form
      ref={form}
      className={styles['filter']}
      onSubmit={apply}
      role="search"
      aria-label={words.filter}
      noValidate
    >
      <div className={styles['text']}>
        <TextField
          label={words.search}
          name="q"
          type="search"
          maxLength={140}
          autoComplete="off"
          placeholder={words.searchHint}
        />
      </div>
      <TextField label={words.from} name="from" type="date" aria-describedby={dayHint} />
      <TextField label={words.to} name="to" type="date" problem={isReversed ? wrong.period : undefined} />
      <p className={styles['hint']} id={dayHint}>
        {words.dayHint}
      </p>
      <SelectField label={words.direction} name="direction">
        <option value="">{words.directions.all}</option>
        <option value="in">{words.directions.in}</option>
        <option value="out">{words.directions.out}</option>
      </SelectField>
      <div className={styles['actions']}>
        <Button type="submit">{words.filter}</Button>
        {isSet && <Button onClick={clear}>{words.clear}</Button>}
      </div>
    </form>
  )
}

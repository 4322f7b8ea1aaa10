import { useNavigate } from '@tanstack/react-router'
import { type SyntheticEvent, useState } from 'react'
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
  const isSet = Object.keys(filter).length > 0

  function apply(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault()
    const wanted = readEntrySearch(Object.fromEntries(new FormData(event.currentTarget)))
    const backwards = Boolean(wanted.from && wanted.to && wanted.to < wanted.from)
    setReversed(backwards)
    if (!backwards) void navigate({ search: wanted, resetScroll: false })
  }

  return (
    <form className={styles['filter']} onSubmit={apply} role="search" aria-label={words.filter} noValidate>
      <div className={styles['text']}>
        <TextField
          label={words.search}
          name="q"
          type="search"
          maxLength={140}
          autoComplete="off"
          placeholder={words.searchHint}
          defaultValue={filter.q}
        />
      </div>
      <TextField label={words.from} name="from" type="date" defaultValue={filter.from} />
      <TextField
        label={words.to}
        name="to"
        type="date"
        defaultValue={filter.to}
        problem={isReversed ? wrong.period : undefined}
      />
      <SelectField label={words.direction} name="direction" defaultValue={filter.direction ?? ''}>
        <option value="">{words.directions.all}</option>
        <option value="in">{words.directions.in}</option>
        <option value="out">{words.directions.out}</option>
      </SelectField>
      <div className={styles['actions']}>
        <Button type="submit">{words.filter}</Button>
        {isSet && (
          <Button onClick={() => void navigate({ search: {}, resetScroll: false })}>{words.clear}</Button>
        )}
      </div>
    </form>
  )
}

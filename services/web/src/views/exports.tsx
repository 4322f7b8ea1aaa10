import { type EntryFilter, statementAddress } from '../api/bank.ts'
import { useMessages } from '../language.ts'
import { Button, FileLink } from '../parts/button.tsx'
import { isoDay } from '../time.ts'
import styles from './exports.module.css'

const DAYS = 90

/** What can be taken away of a history: the days of the filter, else the last three months. */
export function Exports({ accountId, filter }: { accountId: string; filter: EntryFilter }) {
  const { account: words } = useMessages()
  const to = filter.to ?? isoDay(new Date())
  const from = filter.from ?? isoDay(new Date(Date.parse(to) - DAYS * 24 * 3600 * 1000))
  return (
    <section className={styles['exports']} aria-label={words.exports}>
      <FileLink href={statementAddress(accountId, { from, to, format: 'csv' })} download>
        {words.csv}
      </FileLink>
      <FileLink href={statementAddress(accountId, { from, to, format: 'html' })}>{words.statement}</FileLink>
      <Button onClick={() => print()}>{words.print}</Button>
    </section>
  )
}

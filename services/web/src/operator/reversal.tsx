import { useEffect, useRef, useState } from 'react'
import { isOutcomeUnknown } from '../api/client.ts'
import { isDecided } from '../attempt.ts'
import { formatMoney } from '../money.ts'
import { announce } from '../parts/announcer.tsx'
import { Button } from '../parts/button.tsx'
import { Facts } from '../parts/facts.tsx'
import { Failure } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { forgetBalances } from '../queries.ts'
import { endIfExpired, queryClient } from '../session.ts'
import { textOf, useForm } from '../use-form.ts'
import { anyTransferQuery, type BookedTransfer, reverseTransfer } from './bank.ts'
import styles from './operator.module.css'
import { useOperatorMessages } from './words.ts'

/** Asks why, then whether it is right, and moves the money of a transfer back. */
export function Reversal({ transfer }: { transfer: BookedTransfer }) {
  const { reversal: words } = useOperatorMessages()
  const [reason, setReason] = useState('')
  const [isAsked, setAsked] = useState(false)
  const form = useForm<'reason'>({
    fieldOf: {},
    check: (data) => (textOf(data, 'reason') ? {} : { reason: words.reasonMissing }),
    async send(data) {
      setReason(textOf(data, 'reason'))
      setAsked(true)
      return Promise.resolve()
    },
  })
  if (isAsked) return <Question transfer={transfer} reason={reason} onChange={() => setAsked(false)} />
  return (
    <Form form={form} submit={words.next}>
      <TextField
        label={words.reason}
        name="reason"
        maxLength={140}
        required
        autoComplete="off"
        defaultValue={reason}
        hint={words.reasonHint}
        problem={form.problems.reason}
      />
    </Form>
  )
}

interface QuestionProps {
  transfer: BookedTransfer
  reason: string
  onChange: () => void
}

function Question({ transfer: { id, amount, currency, from, to }, reason, onChange }: QuestionProps) {
  const { reversal: words } = useOperatorMessages()
  const question = useRef<HTMLParagraphElement>(null)
  const sending = useRef(false)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  useEffect(() => question.current?.focus(), [])
  const isUnknown = isOutcomeUnknown(failure)

  async function reverse() {
    if (sending.current) return
    sending.current = true
    setBusy(true)
    setFailure(undefined)
    try {
      const isReplayed = await reverseTransfer(id, reason, key)
      announce(isReplayed ? words.doneBefore : words.done)
      await queryClient.invalidateQueries({ queryKey: anyTransferQuery(id).queryKey })
      document.querySelector('h1')?.focus()
      await forgetBalances()
    } catch (error) {
      if (endIfExpired(error)) return
      if (isDecided(error)) setKey(crypto.randomUUID())
      setFailure(error)
    } finally {
      sending.current = false
      setBusy(false)
    }
  }

  return (
    <div className={styles['stack']}>
      <p ref={question} tabIndex={-1}>
        {words.ask(formatMoney(amount, currency), to.name, from.name)}
      </p>
      <Facts facts={[[words.reason, reason]]} />
      {failure !== undefined && <Failure error={failure} words={isUnknown ? words.unknown : undefined} />}
      <div className={styles['actions']}>
        <Button look="danger" onClick={() => void reverse()} busy={busy}>
          {words.confirm}
        </Button>
        <Button onClick={onChange}>{words.change}</Button>
      </div>
    </div>
  )
}

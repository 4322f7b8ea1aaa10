import { useState } from 'react'
import { groupNumber, numberProblem, plainNumber } from '../account-number.ts'
import { type Account, type NewTransfer, sendMoney, type Transfer } from '../api/bank.ts'
import { ApiError } from '../api/client.ts'
import { createAttempt } from '../attempt.ts'
import { formatMoney, parseAmount } from '../money.ts'
import { Alert, Submit } from '../parts/feedback.tsx'
import { SelectField, TextField } from '../parts/field.tsx'
import { type Problems, textOf, useForm } from '../use-form.ts'

type Field = 'to' | 'amount'

interface TransferFormProps {
  accounts: Account[]
  from: string | null
  onDone(transfer: Transfer, from: Account): void
}

const FIELD_OF: Record<string, Field> = {
  insufficient_funds: 'amount',
  account_number_invalid: 'to',
  currency_mismatch: 'to',
  unknown_account: 'to',
  same_account: 'to',
}

/** Asks for a transfer and sends it, under one idempotency key until its outcome is known. */
export function TransferForm({ accounts, from, onDone }: TransferFormProps) {
  const [attempt] = useState(() => createAttempt<NewTransfer>())
  const [fromId, setFromId] = useState(from ?? '')
  const account = accounts.find(({ id }) => id === fromId) ?? accounts[0]
  if (!account) throw new Error('TransferForm needs at least one account')
  const { currency, balance } = account

  const form = useForm<Field>({
    fieldOf: FIELD_OF,
    check: (data) => check(data, account),
    async send(data) {
      const amount = parseAmount(textOf(data, 'amount'), currency)
      if (!amount.ok) return
      const body = {
        fromAccountId: account.id,
        toAccountNumber: plainNumber(textOf(data, 'to')),
        amount: amount.minor,
        reference: textOf(data, 'reference'),
      }
      const transfer = await sendOnce(body)
      onDone(transfer, account)
    },
    explain: (error) => (error.outcomeUnknown ? UNKNOWN_OUTCOME : undefined),
  })
  const { problems } = form

  async function sendOnce(body: NewTransfer): Promise<Transfer> {
    try {
      const transfer = await sendMoney(body, attempt.keyFor(body))
      attempt.settle()
      return transfer
    } catch (error) {
      if (error instanceof ApiError && error.decided) attempt.settle()
      throw error
    }
  }

  return (
    <form ref={form.ref} onSubmit={form.onSubmit} onInput={form.onInput} noValidate>
      <SelectField
        label="From account"
        name="from"
        value={account.id}
        onChange={(event) => setFromId(event.target.value)}
        hint={`${formatMoney(balance, currency)} available`}
      >
        {accounts.map(({ id, name, number }) => (
          <option key={id} value={id}>
            {name} · {groupNumber(number)}
          </option>
        ))}
      </SelectField>
      <TextField
        label="To account number"
        name="to"
        inputMode="numeric"
        autoComplete="off"
        required
        hint="10 digits, with or without spaces."
        problem={problems.to}
      />
      <TextField
        label="Amount"
        name="amount"
        inputMode="decimal"
        autoComplete="off"
        required
        hint={`In ${currency}, for example 12.50.`}
        problem={problems.amount}
      />
      <TextField
        label="Reference"
        name="reference"
        maxLength={140}
        autoComplete="off"
        hint="Optional. Both sides see it."
      />
      {problems.form && <Alert>{problems.form}</Alert>}
      <Submit busy={form.busy}>Send money</Submit>
    </form>
  )
}

const UNKNOWN_OUTCOME =
  'The bank did not answer, so the money may or may not be on its way. ' +
  'Press “Send money” again with nothing changed: it cannot be sent twice.'

function check(data: FormData, account: Account): Problems<Field> {
  const to = plainNumber(textOf(data, 'to'))
  const amount = parseAmount(textOf(data, 'amount'), account.currency)
  const toProblem =
    numberProblem(to) ??
    (to === account.number ? 'Choose an account other than the one you send from.' : undefined)
  const amountProblem = amount.ok ? tooMuch(amount.minor, account) : amount.problem
  return { ...(toProblem && { to: toProblem }), ...(amountProblem && { amount: amountProblem }) }
}

function tooMuch(minor: number, { balance, currency }: Account): string | undefined {
  return minor > balance ? `There is only ${formatMoney(balance, currency)} on this account.` : undefined
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { groupNumber, numberProblem, plainNumber } from '../account-number.ts'
import { type Account, type NewTransfer, previewTransfer } from '../api/bank.ts'
import { type Attempt, attemptFor, isTooOld, mayHaveMoved, outcomeOf } from '../attempt.ts'
import { currentlySpoken, useMessages } from '../language.ts'
import { formatMoney, parseAmount, plainAmount } from '../money.ts'
import { Empty, Notice } from '../parts/feedback.tsx'
import { SelectField, TextField } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { accountsQuery, previewQuery } from '../queries.ts'
import { queryClient, useCustomer } from '../session.ts'
import { formatTime } from '../time.ts'
import { useEntryState } from '../use-entry-state.ts'
import { type Problems, textOf, useForm } from '../use-form.ts'

type Field = 'to' | 'amount' | 'reference'

const FIELD_OF: Partial<Record<string, Field>> = {
  account_number_invalid: 'to',
  balance_limit: 'to',
  currency_mismatch: 'to',
  insufficient_funds: 'amount',
  same_account: 'to',
  unknown_account: 'to',
}

const route = getRouteApi('/transfer')

/** Asks for a transfer. Whoever comes back to it in the browser's history finds what they typed. */
export function TransferView() {
  const { transfer: words, accounts: ofAccounts } = useMessages()
  const { from } = route.useSearch()
  const customer = useCustomer()
  const { attempt, __TSR_key: visit } = useEntryState('/transfer')
  const accounts = useQuery(accountsQuery)
  return (
    <>
      <PageHead title={words.heading} />
      <Loaded query={accounts} what={words.what} skeleton={<Skeletons count={4} shape="field" />}>
        {(data) =>
          data.length === 0 ? (
            <Empty>
              {words.noAccount} <Link to="/accounts/new">{ofAccounts.open}</Link>
            </Empty>
          ) : (
            <TransferForm
              accounts={data}
              from={from}
              before={attempt?.customerId === customer.id ? attempt : undefined}
              key={visit}
            />
          )
        }
      </Loaded>
    </>
  )
}

interface TransferFormProps {
  accounts: Account[]
  from: string | undefined
  before: Attempt | undefined
}

function TransferForm({ accounts, from, before }: TransferFormProps) {
  const messages = useMessages()
  const { transfer: words, fields } = messages
  const customer = useCustomer()
  const navigate = useNavigate()
  const [fromId, setFromId] = useState(before?.transfer.fromAccountId ?? from)
  const account = accounts.find(({ id }) => id === fromId) ?? accounts[0]
  if (!account) throw new Error('TransferForm needs at least one account')
  const { currency, balance } = account

  const form = useForm<Field>({
    fieldOf: FIELD_OF,
    check: (data) => check(data, account, before),
    async send(data) {
      const amount = parseAmount(textOf(data, 'amount'), currency)
      if (!amount.ok) return
      const transfer = typedTransfer(data, account, amount.minor)
      const attempt = attemptFor(transfer, customer.id, before)
      // What may have been carried out is asked for by its key: a preview would tell of a second transfer.
      if (outcomeOf(attempt).is === 'unsent')
        queryClient.setQueryData(previewQuery(transfer).queryKey, await previewTransfer(transfer))
      // Kept in this entry too, for who comes back to it.
      await navigate({ to: '/transfer', search: true, state: { attempt }, replace: true, resetScroll: false })
      await navigate({ to: '/transfer/confirm', state: { attempt } })
    },
  })
  const { problems } = form

  const isLost = before && isTooOld(before) && outcomeOf(before).is === 'unknown'
  return (
    <Form form={form} submit={words.next}>
      {isLost && (
        <Notice isWarning>
          {words.lost(formatTime(new Date(before.madeAt), 'moment'))}{' '}
          <Link to="/accounts/$accountId" params={{ accountId: before.transfer.fromAccountId }}>
            {words.history}
          </Link>
        </Notice>
      )}
      <SelectField
        label={fields.fromAccount}
        name="from"
        value={account.id}
        onChange={(event) => setFromId(event.target.value)}
        hint={words.available(formatMoney(balance, currency))}
      >
        {accounts.map(({ id, name, number }) => (
          <option key={id} value={id}>
            {name} · {groupNumber(number)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={fields.toNumber}
        name="to"
        inputMode="numeric"
        autoComplete="off"
        required
        defaultValue={groupNumber(before?.transfer.toAccountNumber ?? '')}
        hint={fields.toNumberHint}
        problem={problems.to}
      />
      <TextField
        label={fields.amount}
        name="amount"
        inputMode="decimal"
        autoComplete="off"
        required
        defaultValue={before && plainAmount(before.transfer.amount, currency)}
        hint={fields.amountHint(currency)}
        problem={problems.amount}
      />
      <TextField
        label={fields.reference}
        name="reference"
        maxLength={140}
        autoComplete="off"
        defaultValue={before?.transfer.reference}
        hint={fields.referenceHint}
        problem={problems.reference}
      />
    </Form>
  )
}

function typedTransfer(data: FormData, { id }: Account, amount: number): NewTransfer {
  return {
    fromAccountId: id,
    toAccountNumber: plainNumber(textOf(data, 'to')),
    amount,
    reference: textOf(data, 'reference'),
  }
}

function check(data: FormData, account: Account, before: Attempt | undefined): Problems<Field> {
  const { number, balance, currency } = account
  const { wrong } = currentlySpoken().messages
  const to = plainNumber(textOf(data, 'to'))
  const amount = parseAmount(textOf(data, 'amount'), currency)
  const toProblem = numberProblem(to) ?? (to === number ? wrong.sameAccount : undefined)
  // What has left the account already needs not be on it.
  const isAskedAgain = amount.ok && mayHaveMoved(typedTransfer(data, account, amount.minor), before)
  const tooMuch = amount.ok && amount.minor > balance && !isAskedAgain
  const amountProblem = tooMuch
    ? wrong.tooMuch(formatMoney(balance, currency))
    : amount.ok
      ? undefined
      : amount.problem
  return { ...(toProblem && { to: toProblem }), ...(amountProblem && { amount: amountProblem }) }
}

import { useQuery } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { groupNumber } from '../account-number.ts'
import { type NewTransfer, type Preview, sendMoney } from '../api/bank.ts'
import { isOutcomeUnknown } from '../api/client.ts'
import { type Attempt, attemptFor, isTooOld, noteOutcome, outcomeAfter, outcomeOf } from '../attempt.ts'
import { useMessages } from '../language.ts'
import { formatMoney } from '../money.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Facts } from '../parts/facts.tsx'
import { Failure, Notice } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { accountsQuery, forgetBalances, previewQuery } from '../queries.ts'
import { endIfExpired, useCustomer } from '../session.ts'
import { useEntryState } from '../use-entry-state.ts'
import styles from './receipt.module.css'

/** Shows what a transfer would do and whose the account is, and sends it when that is confirmed. */
export function ConfirmTransfer() {
  const { attempt } = useEntryState('/transfer/confirm')
  const customer = useCustomer()
  if (attempt?.customerId !== customer.id) return <Navigate to="/transfer" replace />
  return <Opened attempt={attempt} key={JSON.stringify(attempt.transfer)} />
}

/** What was made before it is opened here is shown at once. What is made here goes to its receipt by itself, as new. */
function Opened({ attempt }: { attempt: Attempt }) {
  const [outcome] = useState(() => outcomeOf(attempt))
  if (outcome.is === 'made')
    return (
      <Navigate
        to="/transfers/$transferId"
        params={{ transferId: outcome.transferId }}
        state={{ moved: 'before' }}
        replace
      />
    )
  if (isTooOld(attempt)) return <Navigate to="/transfer" state={{ attempt }} replace />
  return <Confirmation attempt={attempt} />
}

function Confirmation({ attempt }: { attempt: Attempt }) {
  const { transfer: words } = useMessages()
  const { is } = outcomeOf(attempt)
  const isSent = is === 'unknown' || is === 'made'
  // Of what may have been carried out a preview would say what a second transfer did.
  const preview = useQuery({ ...previewQuery(attempt.transfer), staleTime: 10_000, enabled: !isSent })
  const { busy, failure, send } = useSending(attempt)
  return (
    <div className={styles['receipt']}>
      <PageHead title={words.confirmHeading} />
      {isSent && !preview.data ? (
        <SentFacts transfer={attempt.transfer} />
      ) : (
        <Loaded query={preview} what={words.confirmWhat} skeleton={<Skeletons count={3} shape="field" />}>
          {(data) => <PreviewFacts preview={data} />}
        </Loaded>
      )}
      {/* Whatever else is in the way since. */}
      {is === 'unknown' && !busy && !isOutcomeUnknown(failure) && <Notice isWarning>{words.unknown}</Notice>}
      {failure !== undefined && (
        <Failure error={failure} words={isOutcomeUnknown(failure) ? words.unknown : undefined} />
      )}
      <div className={styles['actions']}>
        <Button look="primary" onClick={send} busy={busy} isIdle={!isSent && !preview.data}>
          {words.send}
        </Button>
        <ButtonLink to="/transfer" state={{ attempt }} replace>
          {words.change}
        </ButtonLink>
      </div>
    </div>
  )
}

function PreviewFacts({ preview }: { preview: Preview }) {
  const { transfer: words } = useMessages()
  const { from, to, amount, currency, reference } = preview
  return (
    <>
      <p className={styles['amount']}>{formatMoney(amount, currency)}</p>
      <Facts
        facts={[
          [
            words.to,
            <>
              <strong>{to.own ? words.toOwn(to.name) : to.name}</strong>
              <br />
              {groupNumber(to.number)}
            </>,
          ],
          [words.from, groupNumber(from.number)],
          [words.reference, reference],
          [words.left, formatMoney(from.balanceAfter, currency)],
        ]}
      />
    </>
  )
}

/** What was typed, of a transfer that was sent before. */
function SentFacts({ transfer }: { transfer: NewTransfer }) {
  const { transfer: words } = useMessages()
  const accounts = useQuery(accountsQuery)
  return (
    <Loaded query={accounts} what={words.confirmWhat} skeleton={<Skeletons count={3} shape="field" />}>
      {(all) => {
        const from = all.find(({ id }) => id === transfer.fromAccountId)
        return (
          <>
            {from && <p className={styles['amount']}>{formatMoney(transfer.amount, from.currency)}</p>}
            <Facts
              facts={[
                [words.to, groupNumber(transfer.toAccountNumber)],
                [words.from, from && groupNumber(from.number)],
                [words.reference, transfer.reference],
              ]}
            />
          </>
        )
      }}
    </Loaded>
  )
}

/** Sends the transfer under its key: however often that is asked for, the money moves once. */
function useSending(attempt: Attempt) {
  const { transfer, key, customerId } = attempt
  const navigate = useNavigate()
  const sending = useRef(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()

  async function send() {
    if (sending.current) return
    // The page may have stood here for a day.
    if (isTooOld(attempt)) {
      await navigate({ to: '/transfer', state: { attempt }, replace: true })
      return
    }
    sending.current = true
    setBusy(true)
    setFailure(undefined)
    try {
      const before = outcomeOf(attempt)
      noteOutcome(attempt, { is: 'unknown' })
      const { transfer: made, isReplayed } = await sendMoney(transfer, key).catch((error: unknown) => {
        noteOutcome(attempt, outcomeAfter(before, error))
        throw error
      })
      noteOutcome(attempt, { is: 'made', transferId: made.id })
      await navigate({
        to: '/transfers/$transferId',
        params: { transferId: made.id },
        state: { moved: isReplayed ? 'before' : 'now' },
        replace: true,
      })
      // Not before: the preview would tell of the money once more.
      void forgetBalances()
    } catch (error) {
      if (endIfExpired(error)) return
      if (outcomeOf(attempt).is === 'refused') {
        const next = attemptFor(transfer, customerId)
        await navigate({
          to: '/transfer/confirm',
          state: { attempt: next },
          replace: true,
          resetScroll: false,
        })
      }
      setFailure(error)
    } finally {
      sending.current = false
      setBusy(false)
    }
  }

  return { busy, failure, send: () => void send() }
}

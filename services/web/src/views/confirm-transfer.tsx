import { useQuery } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { groupNumber } from '../account-number.ts'
import { type Preview, sendMoney } from '../api/bank.ts'
import { ApiError } from '../api/client.ts'
import { type Attempt, attemptFor, isTooOld } from '../attempt.ts'
import { useMessages } from '../language.ts'
import { formatMoney } from '../money.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Facts } from '../parts/facts.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { forgetBalances, previewQuery } from '../queries.ts'
import { endIfExpired, isUnauthenticated, useCustomer } from '../session.ts'
import { useEntryState } from '../use-entry-state.ts'
import styles from './receipt.module.css'

/** Shows what a transfer would do and whose the account is, and sends it when that is confirmed. */
export function ConfirmTransfer() {
  const { attempt } = useEntryState('/transfer/confirm')
  const customer = useCustomer()
  if (attempt?.customerId !== customer.id) return <Navigate to="/transfer" replace />
  if (isTooOld(attempt)) return <Navigate to="/transfer" state={{ attempt }} replace />
  return <Confirmation attempt={attempt} key={JSON.stringify(attempt.transfer)} />
}

function Confirmation({ attempt }: { attempt: Attempt }) {
  const { transfer: words } = useMessages()
  const preview = useQuery({ ...previewQuery(attempt.transfer), staleTime: 10_000 })
  const { busy, failure, send } = useSending(attempt)
  return (
    <div className={styles['receipt']}>
      <PageHead title={words.confirmHeading} />
      <Loaded query={preview} what={words.confirmWhat} skeleton={<Skeletons count={3} shape="field" />}>
        {(data) => <PreviewFacts preview={data} />}
      </Loaded>
      {failure !== undefined && (
        <Failure error={failure} words={isUnknown(failure) ? words.unknown : undefined} />
      )}
      <div className={styles['actions']}>
        <Button look="primary" onClick={send} busy={busy} isIdle={!preview.data}>
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

/** Whether the bank has answered this key with a refusal, which is all that it answers it with from then on. */
const isRefused = (error: unknown) =>
  error instanceof ApiError && !error.outcomeUnknown && error.status !== 429 && !isUnauthenticated(error)

const isUnknown = (error: unknown) => error instanceof ApiError && error.outcomeUnknown

/** Sends the transfer under its key: however often that is asked for, the money moves once. */
function useSending({ transfer, key, customerId }: Attempt) {
  const navigate = useNavigate()
  const sending = useRef(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()

  async function send() {
    if (sending.current) return
    sending.current = true
    setBusy(true)
    setFailure(undefined)
    try {
      const { id } = await sendMoney(transfer, key)
      await navigate({
        to: '/transfers/$transferId',
        params: { transferId: id },
        state: { isNew: true },
        replace: true,
      })
      // Not before: the preview would tell of the money once more.
      void forgetBalances()
    } catch (error) {
      if (endIfExpired(error)) return
      if (isRefused(error)) {
        const attempt = attemptFor(transfer, customerId)
        await navigate({ to: '/transfer/confirm', state: { attempt }, replace: true, resetScroll: false })
      }
      setFailure(error)
    } finally {
      sending.current = false
      setBusy(false)
    }
  }

  return { busy, failure, send: () => void send() }
}

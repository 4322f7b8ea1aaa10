import { useEffect } from 'react'
import { groupNumber } from '../account-number.ts'
import type { Account, Transfer } from '../api/bank.ts'
import { formatMoney } from '../money.ts'
import { Link } from '../navigation.tsx'
import { announce } from '../parts/announcer.tsx'
import { Heading } from '../parts/heading.tsx'
import { formatMoment } from '../time.ts'

interface ReceiptProps {
  transfer: Transfer
  from: Account
  onAnother(): void
}

/** What was sent, to whom, and where to go from here. */
export function Receipt({ transfer, from, onAnother }: ReceiptProps) {
  const amount = formatMoney(transfer.amount, transfer.currency)
  const to = groupNumber(transfer.to.number)
  useEffect(() => announce(`Sent ${amount} to ${to}.`), [amount, to])

  return (
    <div className="narrow receipt">
      <svg className="receipt-mark" viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">
        <circle cx="24" cy="24" r="24" />
        <path d="m14 25 7 7 14-15" />
      </svg>
      <Heading title="Money sent">Money sent</Heading>
      <p className="receipt-amount money">{amount}</p>
      <dl>
        <dt>From</dt>
        <dd>
          {from.name} · {groupNumber(transfer.from.number)}
        </dd>
        <dt>To</dt>
        <dd>{to}</dd>
        {transfer.reference && (
          <>
            <dt>Reference</dt>
            <dd>{transfer.reference}</dd>
          </>
        )}
        <dt>When</dt>
        <dd>
          <time dateTime={transfer.createdAt}>{formatMoment(transfer.createdAt)}</time>
        </dd>
      </dl>
      <div className="actions">
        <Link to={{ view: 'history', accountId: from.id }} className="button primary">
          See the history
        </Link>
        <button type="button" className="button" onClick={onAnother}>
          New transfer
        </button>
      </div>
    </div>
  )
}

import { useState } from 'react'
import { type Account, readAccounts, type Transfer } from '../api/bank.ts'
import { Link } from '../navigation.tsx'
import { Alert, Loading } from '../parts/feedback.tsx'
import { Heading } from '../parts/heading.tsx'
import { useLoad } from '../use-load.ts'
import { Receipt } from './receipt.tsx'
import { TransferForm } from './transfer-form.tsx'

/** Sends money from one of the customer's accounts, then shows what was done. */
export function TransferView({ from }: { from: string | null }) {
  const [accounts, reload] = useLoad(readAccounts)
  const [done, setDone] = useState<{ transfer: Transfer; from: Account } | null>(null)

  function startAnother() {
    setDone(null)
    reload()
  }

  if (done) return <Receipt transfer={done.transfer} from={done.from} onAnother={startAnother} />
  return (
    <div className="narrow">
      <Heading title="Send money">Send money</Heading>
      {accounts.state === 'loading' && <Loading what="your accounts" rows={4} />}
      {accounts.state === 'failed' && <Alert onRetry={reload}>{accounts.message}</Alert>}
      {accounts.state === 'ready' && accounts.data.length === 0 && (
        <p className="empty">
          You have no account to send money from. <Link to={{ view: 'open-account' }}>Open an account</Link>
        </p>
      )}
      {accounts.state === 'ready' && accounts.data.length > 0 && (
        <TransferForm
          accounts={accounts.data}
          from={from}
          onDone={(transfer, account) => setDone({ transfer, from: account })}
        />
      )}
    </div>
  )
}

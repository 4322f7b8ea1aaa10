import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { groupNumber } from '../account-number.ts'
import { ApiError } from '../api/client.ts'
import { useMessages } from '../language.ts'
import { formatMoney } from '../money.ts'
import { Facts } from '../parts/facts.tsx'
import { Notice } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Panel } from '../parts/panel.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { formatTime } from '../time.ts'
import { NotFound } from '../views/not-found.tsx'
import { anyTransferQuery, type BookedTransfer } from './bank.ts'
import styles from './operator.module.css'
import { Reversal } from './reversal.tsx'
import { useOperatorMessages } from './words.ts'

const route = getRouteApi('/operator/transfers/$transferId')

/** A transfer, whose the accounts are, and how it is undone. */
export function AnyTransfer() {
  const { transfer: words } = useOperatorMessages()
  const { transferId } = route.useParams()
  const transfer = useQuery(anyTransferQuery(transferId))
  const { error } = transfer
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return <NotFound />
  return (
    <Loaded query={transfer} what={words.what} skeleton={<Skeletons count={4} shape="row" />}>
      {(data) => <Whole transfer={data} key={data.id} />}
    </Loaded>
  )
}

function Whole({ transfer }: { transfer: BookedTransfer }) {
  const { transfer: ofCustomer } = useMessages()
  const { transfer: words, reversal } = useOperatorMessages()
  const { id, amount, currency, from, to, reference, createdAt, reverses, reversedBy } = transfer
  const other = reversedBy ?? reverses
  return (
    <div className={styles['stack']}>
      <PageHead title={words.heading} />
      <p>{formatMoney(amount, currency)}</p>
      {reversedBy && <Notice>{words.reversed}</Notice>}
      {reverses && <Notice>{words.reverses}</Notice>}
      <Facts
        facts={[
          [ofCustomer.from, <Side side={from} />],
          [ofCustomer.to, <Side side={to} />],
          [ofCustomer.reference, reference],
          [ofCustomer.when, <time dateTime={createdAt}>{formatTime(createdAt, 'moment')}</time>],
          [words.id, id],
        ]}
      />
      {other && (
        <p>
          <Link to="/operator/transfers/$transferId" params={{ transferId: other }}>
            {words.other}
          </Link>
        </p>
      )}
      {!other && (
        <Panel title={reversal.heading}>
          <Reversal transfer={transfer} />
        </Panel>
      )}
    </div>
  )
}

function Side({ side: { number, name, customerId } }: { side: BookedTransfer['from'] }) {
  const { transfer: words } = useOperatorMessages()
  return (
    <>
      {customerId === null ? (
        `${name} (${words.bank})`
      ) : (
        <Link to="/operator/customers/$customerId" params={{ customerId }}>
          {name}
        </Link>
      )}
      <br />
      {groupNumber(number)}
    </>
  )
}

import { ApiError } from '../../src/api/client.ts'
import { useMessages } from '../../src/language.ts'
import { announce, Announcer } from '../../src/parts/announcer.tsx'
import { Button } from '../../src/parts/button.tsx'
import { Alert, Empty, Failure, Notice } from '../../src/parts/feedback.tsx'
import { Loaded } from '../../src/parts/loaded.tsx'
import { Skeleton, Skeletons } from '../../src/parts/skeleton.tsx'

const nothing = () => undefined
const refused = new ApiError(422, 'insufficient_funds', 'refused')
const later = () => new ApiError(429, 'too_many_requests', 'refused', { retryAfter: 30 })

/** The region is seen by nobody: what is announced is read out. */
export function Announcers() {
  const { loading, restarting } = useMessages()
  return (
    <>
      <Announcer />
      <Button onClick={() => announce(restarting)}>{loading('DwayBank')}</Button>
    </>
  )
}

export function Feedbacks() {
  const { account, session, transfer } = useMessages()
  return (
    <>
      <Alert>{session.stillIn}</Alert>
      <Notice>{session.loggedOut}</Notice>
      <Notice isWarning>{transfer.unknown}</Notice>
      <Failure error={refused} />
      <Failure error={refused} onRetry={nothing} />
      <Failure error={later()} onRetry={nothing} />
      <Empty>{account.none}</Empty>
    </>
  )
}

const waiting = { data: undefined, error: null, failureCount: 0, refetch: async () => undefined }

export function Loadeds() {
  const { account } = useMessages()
  const states = [
    waiting,
    { ...waiting, failureCount: 2 },
    { ...waiting, error: refused },
    { ...waiting, data: account.none },
    { ...waiting, data: account.none, error: refused },
  ]
  return states.map((query, at) => (
    <div key={at}>
      <Loaded query={query} what={account.what} skeleton={<Skeleton shape="line" />}>
        {(data) => <p>{data}</p>}
      </Loaded>
    </div>
  ))
}

export function Places() {
  return (
    <>
      <Skeleton shape="sum" />
      <Skeleton shape="line" />
      <div>
        <Skeletons count={1} shape="card" />
      </div>
      <div>
        <Skeletons count={2} shape="row" />
      </div>
      <div>
        <Skeletons count={1} shape="field" />
      </div>
      <div>
        <Skeleton shape="plot" />
      </div>
    </>
  )
}

import { useEffect } from 'react'
import type { Customer } from './api/bank.ts'
import { Link, navigate, useRoute, useVisit } from './navigation.tsx'
import { Announcer } from './parts/announcer.tsx'
import { Alert, Loading } from './parts/feedback.tsx'
import { Heading } from './parts/heading.tsx'
import { SessionProvider, useSession } from './session.tsx'
import { Accounts } from './views/accounts.tsx'
import { Frame } from './views/frame.tsx'
import { History } from './views/history.tsx'
import { LogIn } from './views/log-in.tsx'
import { OpenAccount } from './views/open-account.tsx'
import { Register } from './views/register.tsx'
import { TransferView } from './views/transfer.tsx'
import { Welcome } from './views/welcome.tsx'

/** The whole front end. */
export function App() {
  return (
    <SessionProvider>
      <Announcer />
      <Views />
    </SessionProvider>
  )
}

function Views() {
  const { current, retry } = useSession()
  const route = useRoute()
  switch (current.state) {
    case 'checking':
      return (
        <main className="page">
          <Loading what="DwayBank" />
        </main>
      )
    case 'unknown':
      return (
        <Welcome>
          <Heading title="Not available">We are not available</Heading>
          <Alert onRetry={retry}>{current.message}</Alert>
        </Welcome>
      )
    case 'out':
      return route.view === 'register' ? <Register /> : <LogIn notice={current.notice} />
    case 'in':
      return <CustomerViews customer={current.customer} />
  }
}

function CustomerViews({ customer }: { customer: Customer }) {
  const route = useRoute()
  const visit = useVisit()
  const isForGuests = route.view === 'log-in' || route.view === 'register'

  useEffect(() => {
    if (isForGuests) navigate({ view: 'accounts' }, { replace: true })
  }, [isForGuests])

  return (
    <Frame customer={customer} route={route}>
      <CustomerView key={visit} />
    </Frame>
  )
}

function CustomerView() {
  const route = useRoute()
  switch (route.view) {
    case 'accounts':
      return <Accounts />
    case 'history':
      return <History accountId={route.accountId} />
    case 'open-account':
      return <OpenAccount />
    case 'transfer':
      return <TransferView from={route.from} />
    case 'log-in':
    case 'register':
      return null
    case 'not-found':
      return <NotFound />
  }
}

function NotFound() {
  return (
    <div className="narrow">
      <Heading title="Not found">There is nothing here</Heading>
      <p>
        The address may be mistyped. <Link to={{ view: 'accounts' }}>Go to your accounts</Link>
      </p>
    </div>
  )
}

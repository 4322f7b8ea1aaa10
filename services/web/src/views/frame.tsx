import { type ReactNode, useState } from 'react'
import { type Customer, logOut } from '../api/bank.ts'
import { ApiError } from '../api/client.ts'
import { Link, navigate } from '../navigation.tsx'
import { Brand } from '../parts/brand.tsx'
import { Alert } from '../parts/feedback.tsx'
import type { Route } from '../route.ts'
import { messageOf, useSession } from '../session.tsx'

interface FrameProps {
  customer: Customer
  route: Route
  children: ReactNode
}

/** The frame of every view for a customer: where they can go, who they are, and the way out. */
export function Frame({ customer, route, children }: FrameProps) {
  const { problem, leave } = useLogOut()
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="bar">
        <div className="bar-inner">
          <Link to={{ view: 'accounts' }} className="bar-home">
            <Brand />
          </Link>
          <nav aria-label="Main">
            <Link to={{ view: 'accounts' }} current={route.view === 'accounts'}>
              Accounts
            </Link>
            <Link to={{ view: 'transfer', from: null }} current={route.view === 'transfer'}>
              Transfer
            </Link>
          </nav>
          <span className="bar-name" title={customer.email}>
            {customer.name}
          </span>
          <button type="button" className="button quiet bar-out" onClick={leave}>
            Log out
          </button>
        </div>
      </header>
      <main id="content" className="page" tabIndex={-1}>
        {problem && <Alert>{problem}</Alert>}
        {children}
      </main>
    </>
  )
}

function useLogOut() {
  const session = useSession()
  const [problem, setProblem] = useState<string | null>(null)

  async function leave() {
    try {
      await logOut()
    } catch (error) {
      const isOver = error instanceof ApiError && error.status === 401
      // Pretending would leave the session open for the next person at this screen.
      if (!isOver) {
        setProblem(`You are still logged in. ${messageOf(error)}`)
        return
      }
    }
    navigate({ view: 'log-in' }, { replace: true })
    session.end('You are logged out.')
  }

  return { problem, leave: () => void leave() }
}

import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { type Customer, logOut } from '../api/bank.ts'
import { useMessages } from '../language.ts'
import { Brand } from '../parts/brand.tsx'
import { Button } from '../parts/button.tsx'
import { Failure } from '../parts/feedback.tsx'
import { endSession, isUnauthenticated } from '../session.ts'
import { wordsOf } from '../words-of.ts'
import styles from './frame.module.css'

interface FrameProps {
  customer: Customer
  children: ReactNode
}

/** The frame of every view for a customer: where they can go, who they are, and the way out. */
export function Frame({ customer, children }: FrameProps) {
  const messages = useMessages()
  const { problem, leave } = useLogOut()
  return (
    <>
      {/* Only the focus goes there: an entry of its own in the history would have none of what was typed. */}
      <a
        className={styles['skip']}
        href="#content"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('content')?.focus()
        }}
      >
        {messages.skip}
      </a>
      <header className={styles['bar']}>
        <div className={styles['inner']}>
          <Link to="/" className={styles['home']} activeOptions={{ exact: true }}>
            <Brand />
          </Link>
          <nav aria-label={messages.mainNavigation}>
            <Link to="/" activeOptions={{ exact: true }}>
              {messages.accounts.heading}
            </Link>
            <Link to="/transfer" activeOptions={{ includeSearch: false }}>
              {messages.transfer.link}
            </Link>
            <Link to="/profile">{messages.profile.heading}</Link>
            <Link to="/security">{messages.security.heading}</Link>
          </nav>
          <span className={styles['name']} title={customer.email}>
            {customer.name}
          </span>
          <div className={styles['out']}>
            <Button look="quiet" onClick={leave}>
              {messages.session.logOut}
            </Button>
          </div>
        </div>
      </header>
      <main id="content" className={styles['page']} tabIndex={-1}>
        {problem !== undefined && (
          <Failure error={problem} words={`${messages.session.stillIn} ${wordsOf(problem, messages)}`} />
        )}
        {children}
      </main>
    </>
  )
}

function useLogOut() {
  const navigate = useNavigate()
  const [problem, setProblem] = useState<unknown>()

  async function leave() {
    try {
      await logOut()
    } catch (error) {
      // Pretending would leave the session open for the next person at this screen.
      if (!isUnauthenticated(error)) {
        setProblem(error)
        return
      }
    }
    endSession('loggedOut')
    await navigate({ to: '/login', replace: true })
  }

  return { problem, leave: () => void leave() }
}

import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { type Customer, logOut } from '../api/bank.ts'
import { useMessages } from '../language.ts'
import { Brand } from '../parts/brand.tsx'
import { Button } from '../parts/button.tsx'
import { announce } from '../parts/announcer.tsx'
import { Failure, Notice } from '../parts/feedback.tsx'
import { endSession, isUnauthenticated, queryClient, type Session, withoutReads } from '../session.ts'
import { wordsOf } from '../words-of.ts'
import styles from './frame.module.css'

interface FrameProps {
  session: Session
  customer: Customer
  children: ReactNode
}

/** The frame of every view for a customer: where they can go, who they are, and the way out. */
export function Frame({ session, customer, children }: FrameProps) {
  const messages = useMessages()
  const { problem, leave } = useLogOut()
  const isReplaced = useReplaced(session)
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
            {customer.role === 'operator' && <Link to="/operator">{messages.operator}</Link>}
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
        {isReplaced && <Notice isWarning>{messages.session.replaced}</Notice>}
        {children}
      </main>
    </>
  )
}

/** Whether somebody has to be told that this page went over to another customer: until they go on from where it did. */
function useReplaced({ notice }: Session): boolean {
  const { replaced } = useMessages().session
  const pathname = useLocation({ select: (location) => location.pathname })
  const [begun] = useState(pathname)
  const isReplaced = notice === 'replaced' && pathname === begun
  useEffect(() => {
    if (isReplaced) announce(replaced)
  }, [isReplaced, replaced])
  return isReplaced
}

function useLogOut() {
  const navigate = useNavigate()
  const pathname = useLocation({ select: (location) => location.pathname })
  const leaving = useRef(false)
  const [failed, setFailed] = useState<{ error: unknown; at: string }>()

  async function leave() {
    if (leaving.current) return
    leaving.current = true
    setFailed(undefined)
    try {
      await withoutReads(async () => {
        await logOut().catch((error: unknown) => {
          // Pretending would leave the session open for the next person at this screen.
          if (!isUnauthenticated(error)) throw error
        })
        endSession('loggedOut')
        await navigate({ to: '/login', replace: true })
      })
    } catch (error) {
      setFailed({ error, at: pathname })
      void queryClient.invalidateQueries()
    } finally {
      leaving.current = false
    }
  }

  // Whoever goes on to another view has read it.
  return { problem: failed?.at === pathname ? failed.error : undefined, leave: () => void leave() }
}

import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { LANGUAGES, useMessages, useSpoken } from '../language.ts'
import { Announcer } from '../parts/announcer.tsx'
import { Failure, Notice } from '../parts/feedback.tsx'
import { Heading } from '../parts/heading.tsx'
import { Preferences } from '../parts/preferences.tsx'
import { forgetSession, useSession } from '../session.ts'
import { useOnline } from '../use-online.ts'
import { Frame } from './frame.tsx'
import { LogIn } from './log-in.tsx'
import { Register } from './register.tsx'
import styles from './shell.module.css'
import { Welcome } from './welcome.tsx'

/** What is around every view. */
export function Shell() {
  const { messages, missing } = useSpoken()
  const isOnline = useOnline()
  return (
    <>
      {/* Always there, because only what changes within is read out. */}
      <div className={styles['strip']} role="status">
        {!isOnline && messages.offline}
      </div>
      <div className={styles['strip']} role="status">
        {missing && messages.languageMissing(LANGUAGES[missing])}
      </div>
      <Ground />
      <Preferences />
      <Announcer />
    </>
  )
}

/** The views of a customer, or in their place what stands in the way: the address stays for afterwards. */
function Ground() {
  const messages = useMessages()
  const session = useSession()
  const isRegistering = useRouterState({ select: ({ location }) => location.pathname === '/register' })
  const isNobody = session.data?.customer === null
  useEffect(() => {
    if (isNobody) forgetSession()
  }, [isNobody])

  if (session.data?.customer)
    return (
      // Of another customer nothing stays: not a form either.
      <Frame session={session.data} customer={session.data.customer} key={session.data.customer.id}>
        <Outlet />
      </Frame>
    )
  if (session.data) return isRegistering ? <Register /> : <LogIn notice={session.data.notice} />
  if (session.error)
    return (
      <Welcome>
        <Heading title={messages.unavailable.title}>{messages.unavailable.heading}</Heading>
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      </Welcome>
    )
  return (
    <main className={styles['waiting']} aria-busy="true">
      <p className="visually-hidden" role="status">
        {messages.loading('DwayBank')}
      </p>
      {session.failureCount > 0 && <Notice isWarning>{messages.restarting}</Notice>}
    </main>
  )
}

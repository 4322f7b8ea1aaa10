import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { endAllSessions, endSession as endSessionOf, type Session } from '../api/bank.ts'
import { useMessages } from '../language.ts'
import { announce } from '../parts/announcer.tsx'
import { Button } from '../parts/button.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Failure } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Panel } from '../parts/panel.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { sessionsQuery } from '../queries.ts'
import { endIfExpired, endSession, withoutReads } from '../session.ts'
import { formatTime } from '../time.ts'
import styles from './security.module.css'

/** Where the customer is logged in, each of which can be ended. */
export function SessionList() {
  const { security: words, cancel } = useMessages()
  const sessions = useQuery(sessionsQuery)
  const [failure, setFailure] = useState<unknown>()

  async function attempt(what: () => Promise<void>) {
    setFailure(undefined)
    try {
      await what()
    } catch (error) {
      if (!endIfExpired(error)) setFailure(error)
    }
  }

  const endOne = ({ id, device }: Session) =>
    attempt(async () => {
      await endSessionOf(id)
      await sessions.refetch()
      announce(words.ended(device))
    })
  const endAll = () =>
    attempt(() =>
      withoutReads(async () => {
        await endAllSessions()
        endSession('everywhere')
      }),
    )

  return (
    <Panel
      title={words.sessions}
      action={
        <Confirm
          trigger={words.everywhere}
          question={words.everywhereAsk}
          explanation={words.everywhereText}
          cancel={cancel}
          onConfirm={() => void endAll()}
        />
      }
    >
      {failure !== undefined && <Failure error={failure} />}
      <Loaded query={sessions} what={words.sessionsWhat} skeleton={<Skeletons count={2} shape="row" />}>
        {(data) => (
          <ul className={styles['list']}>
            {data.map((session) => (
              <SessionRow session={session} onEnd={() => void endOne(session)} key={session.id} />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  )
}

function SessionRow({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const { security: words } = useMessages()
  const { device, address, createdAt, lastUsedAt, current } = session
  return (
    <li>
      <div>
        <p className={styles['what']}>
          {device}
          {current && <span className={styles['badge']}>{words.current}</span>}
        </p>
        <p className={styles['note']}>
          {[
            address,
            words.since(formatTime(createdAt, 'moment')),
            words.lastUsed(formatTime(lastUsedAt, 'moment')),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {!current && (
        <Button onClick={onEnd} label={words.endOf(device)}>
          {words.end}
        </Button>
      )}
    </li>
  )
}

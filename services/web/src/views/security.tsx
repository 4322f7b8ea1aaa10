import { useQuery } from '@tanstack/react-query'
import { useMessages } from '../language.ts'
import { Empty } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Panel } from '../parts/panel.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { securityEventsQuery } from '../queries.ts'
import { formatTime } from '../time.ts'
import { ChangePassword } from './change-password.tsx'
import styles from './security.module.css'
import { SessionList } from './session-list.tsx'

/** Where the customer is logged in, the password, and what happened to their access. */
export function Security() {
  const { security: words } = useMessages()
  return (
    <div className={styles['parts']}>
      <PageHead title={words.heading} />
      <SessionList />
      <Panel title={words.password}>
        <ChangePassword />
      </Panel>
      <Panel title={words.events}>
        <Events />
      </Panel>
    </div>
  )
}

function Events() {
  const { security: words } = useMessages()
  const events = useQuery(securityEventsQuery)
  return (
    <Loaded query={events} what={words.eventsWhat} skeleton={<Skeletons count={4} shape="row" />}>
      {(data) =>
        data.length === 0 ? (
          <Empty>{words.noEvents}</Empty>
        ) : (
          <ul className={styles['list']}>
            {data.map(({ id, kind, createdAt, device, address }) => (
              <li key={id}>
                <div>
                  <p className={styles['what']}>{words.kinds[kind]}</p>
                  <p className={styles['note']}>{[device, address].filter(Boolean).join(' · ')}</p>
                </div>
                <time className={styles['note']} dateTime={createdAt}>
                  {formatTime(createdAt, 'moment')}
                </time>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}

import type { ReactNode } from 'react'
import { ApiError } from '../api/client.ts'
import { classes } from '../classes.ts'
import { useMessages } from '../language.ts'
import { useSecondsUntil } from '../use-seconds-until.ts'
import { wordsOf } from '../words-of.ts'
import { Button } from './button.tsx'
import styles from './feedback.module.css'

/** Something that went wrong and concerns the whole form or view; read out at once. */
export function Alert({ children }: { children: ReactNode }) {
  return (
    <div className={styles['alert']} role="alert">
      {children}
    </div>
  )
}

/** Something that one should know, read out when there is a pause. */
export function Notice({ children, isWarning = false }: { children: ReactNode; isWarning?: boolean }) {
  return (
    <p className={classes(styles['notice'], isWarning && styles['warning'])} role="status">
      {children}
    </p>
  )
}

interface FailureProps {
  error: unknown
  /** What to say instead of the error's own words. */
  words?: ReactNode
  /** Called by a "Try again" button, where trying again makes sense. */
  onRetry?: () => void
}

/** Says why something failed, and for how long it would fail again. */
export function Failure({ error, words, onRetry }: FailureProps) {
  const messages = useMessages()
  const retryAt = error instanceof ApiError ? error.retryAt : undefined
  const seconds = useSecondsUntil(retryAt)
  return (
    <div className={styles['alert']}>
      <p role="alert">{words ?? wordsOf(error, messages)}</p>
      {retryAt !== undefined && <p>{seconds > 0 ? messages.wait(seconds) : messages.waitOver}</p>}
      {onRetry && (
        <Button onClick={onRetry} isIdle={seconds > 0}>
          {messages.tryAgain}
        </Button>
      )}
    </div>
  )
}

/** Nothing to show, and why. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className={styles['empty']}>{children}</p>
}

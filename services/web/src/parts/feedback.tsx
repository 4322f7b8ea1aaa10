import type { ReactNode } from 'react'

interface AlertProps {
  children: ReactNode
  /** Called by a "Try again" button, where trying again makes sense. */
  onRetry?: (() => void) | undefined
}

/** Something that went wrong and concerns the whole form or view; read out at once. */
export function Alert({ children, onRetry }: AlertProps) {
  return (
    <div className="alert" role="alert">
      <p>{children}</p>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** Says that something is on its way, and keeps its place on the page. */
export function Loading({ what, rows = 3 }: { what: string; rows?: number }) {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading {what}…</span>
      {Array.from({ length: rows }, (_, row) => (
        <div className="placeholder" key={row} />
      ))}
    </div>
  )
}

interface SubmitProps {
  busy: boolean
  children: ReactNode
}

/** The button that sends a form; it stays focusable while the request is under way. */
export function Submit({ busy, children }: SubmitProps) {
  return (
    <button type="submit" className="button primary" aria-disabled={busy} aria-busy={busy}>
      {children}
      {busy && <span className="spinner" aria-hidden="true" />}
    </button>
  )
}

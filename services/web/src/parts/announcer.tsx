import { useEffect, useState } from 'react'

const ANNOUNCED = 'dwaybank:announced'

/** Tells people who use a screen reader about an outcome that others see. */
export function announce(message: string): void {
  dispatchEvent(new CustomEvent(ANNOUNCED, { detail: message }))
}

/** The region that reads out announcements; it has to be on the page before the first of them. */
export function Announcer() {
  const [message, setMessage] = useState('')
  useEffect(() => {
    const listen = (event: Event) => setMessage((event as CustomEvent<string>).detail)
    addEventListener(ANNOUNCED, listen)
    return () => removeEventListener(ANNOUNCED, listen)
  }, [])
  return (
    <div className="visually-hidden" aria-live="polite">
      {message}
    </div>
  )
}

import { useEffect, useState } from 'react'

const ANNOUNCED = 'dwaybank:announced'

/** Tells people who use a screen reader about an outcome that others see. */
export function announce(message: string): void {
  dispatchEvent(new CustomEvent(ANNOUNCED, { detail: message }))
}

/** The region that reads out announcements; it has to be on the page before the first of them. */
export function Announcer() {
  const [{ text, count }, setMessage] = useState({ text: '', count: 0 })
  useEffect(() => {
    const listen = (event: Event) => {
      const text = (event as CustomEvent<string>).detail
      setMessage(({ count }) => ({ text, count: count + 1 }))
    }
    addEventListener(ANNOUNCED, listen)
    return () => removeEventListener(ANNOUNCED, listen)
  }, [])
  return (
    <div className="visually-hidden" aria-live="polite">
      {/* What is said again is another element: the same words alone would not be read out. */}
      <span key={count}>{text}</span>
    </div>
  )
}

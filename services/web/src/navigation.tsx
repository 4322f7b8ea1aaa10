import { type MouseEvent, type ReactNode, useSyncExternalStore } from 'react'
import { addressOf, parseRoute, type Route } from './route.ts'

type Target = Exclude<Route, { view: 'not-found' }>

const NAVIGATED = 'dwaybank:navigated'

/** Goes to another view; `replace` leaves no entry to go back to. */
export function navigate(target: Target, { replace = false } = {}): void {
  const address = addressOf(target)
  if (replace) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
  dispatchEvent(new Event(NAVIGATED))
  scrollTo(0, 0)
}

/** The address that the page shows, kept up over navigation, back and forward. */
export function useAddress(): string {
  return useSyncExternalStore(subscribe, () => location.pathname + location.search)
}

/** The view of an address. */
export function useRoute(): Route {
  return parseRoute(useAddress())
}

interface LinkProps {
  to: Target
  children: ReactNode
  className?: string
  current?: boolean
}

/** A link to a view: an ordinary anchor, so that a new tab or a copied address work too. */
export function Link({ to, children, className, current = false }: LinkProps) {
  function follow(event: MouseEvent) {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(to)
  }
  return (
    <a
      href={addressOf(to)}
      className={className}
      aria-current={current ? 'page' : undefined}
      onClick={follow}
    >
      {children}
    </a>
  )
}

function subscribe(onChange: () => void): () => void {
  addEventListener('popstate', onChange)
  addEventListener(NAVIGATED, onChange)
  return () => {
    removeEventListener('popstate', onChange)
    removeEventListener(NAVIGATED, onChange)
  }
}

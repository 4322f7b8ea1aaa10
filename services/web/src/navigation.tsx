import { type MouseEvent, type ReactNode, useSyncExternalStore } from 'react'
import { addressOf, parseRoute, type Route } from './route.ts'

type Target = Exclude<Route, { view: 'not-found' }>

const NAVIGATED = 'dwaybank:navigated'

let visits = 0

/** Goes to another view; `replace` leaves no entry to go back to. */
export function navigate(target: Target, { replace = false } = {}): void {
  const address = addressOf(target)
  if (replace) history.replaceState(null, '', address)
  else history.pushState(null, '', address)
  visits += 1
  dispatchEvent(new Event(NAVIGATED))
  scrollTo(0, 0)
}

/** A key for the visit to a view: going to the address where one is already begins anew. */
export function useVisit(): string {
  return useSyncExternalStore(subscribe, () => `${visits} ${location.pathname}${location.search}`)
}

/** The view that the page's address stands for. */
export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.pathname + location.search))
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

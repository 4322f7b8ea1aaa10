import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { Attempt } from './attempt.ts'
import { readEntrySearch } from './entry-search.ts'
import { Crashed } from './views/crashed.tsx'
import { NotFound } from './views/not-found.tsx'
import { Shell } from './views/shell.tsx'
import { ToAccounts } from './views/to-accounts.tsx'

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface HistoryState {
    attempt?: Attempt
    /** Whether the transfer was made just now. */
    isNew?: boolean
  }
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })
const getParentRoute = () => root

const routes = [
  createRoute({
    getParentRoute,
    path: '/',
    component: lazyRouteComponent(() => import('./views/accounts.tsx'), 'Accounts'),
  }),
  createRoute({
    getParentRoute,
    path: '/accounts/new',
    component: lazyRouteComponent(() => import('./views/open-account.tsx'), 'OpenAccount'),
  }),
  createRoute({
    getParentRoute,
    path: '/accounts/$accountId',
    validateSearch: readEntrySearch,
    component: lazyRouteComponent(() => import('./views/account.tsx'), 'AccountView'),
  }),
  createRoute({
    getParentRoute,
    path: '/transfer',
    validateSearch: ({ from }: Record<string, unknown>) => (typeof from === 'string' ? { from } : {}),
    component: lazyRouteComponent(() => import('./views/transfer.tsx'), 'TransferView'),
  }),
  createRoute({
    getParentRoute,
    path: '/transfer/confirm',
    component: lazyRouteComponent(() => import('./views/confirm-transfer.tsx'), 'ConfirmTransfer'),
  }),
  createRoute({
    getParentRoute,
    path: '/transfers/$transferId',
    component: lazyRouteComponent(() => import('./views/receipt.tsx'), 'Receipt'),
  }),
  createRoute({
    getParentRoute,
    path: '/profile',
    component: lazyRouteComponent(() => import('./views/profile.tsx'), 'Profile'),
  }),
  createRoute({
    getParentRoute,
    path: '/security',
    component: lazyRouteComponent(() => import('./views/security.tsx'), 'Security'),
  }),
  // Who is logged in has no business there.
  createRoute({ getParentRoute, path: '/accounts', component: ToAccounts }),
  createRoute({ getParentRoute, path: '/login', component: ToAccounts }),
  createRoute({ getParentRoute, path: '/register', component: ToAccounts }),
] as const

/** The views by their addresses. Each is loaded when somebody goes there, or is about to. */
export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  defaultErrorComponent: Crashed,
  scrollRestoration: true,
  // Every value is a text, written as any form would write it.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch(search) {
    const given = Object.entries(search).filter(([, value]) => value !== undefined) as [string, string][]
    return given.length > 0 ? `?${new URLSearchParams(given)}` : ''
  },
})

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
    /** How the receipt was come by: by the transfer, or by asking for it once more. */
    moved?: 'now' | 'before'
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

const readQ = ({ q }: Record<string, unknown>) => (typeof q === 'string' && q.trim() ? { q: q.trim() } : {})

const operator = createRoute({
  getParentRoute,
  path: '/operator',
  component: lazyRouteComponent(() => import('./operator/area.tsx'), 'OperatorArea'),
})
const getOperator = () => operator

const operatorRoutes = [
  createRoute({
    getParentRoute: getOperator,
    path: '/',
    validateSearch: readQ,
    component: lazyRouteComponent(() => import('./operator/customers.tsx'), 'Customers'),
  }),
  createRoute({
    getParentRoute: getOperator,
    path: '/customers/$customerId',
    validateSearch: ({ account }: Record<string, unknown>) =>
      typeof account === 'string' ? { account } : {},
    component: lazyRouteComponent(() => import('./operator/customer.tsx'), 'AnyCustomer'),
  }),
  createRoute({
    getParentRoute: getOperator,
    path: '/transfers',
    validateSearch: readQ,
    component: lazyRouteComponent(() => import('./operator/transfers.tsx'), 'Transfers'),
  }),
  createRoute({
    getParentRoute: getOperator,
    path: '/transfers/$transferId',
    component: lazyRouteComponent(() => import('./operator/transfer.tsx'), 'AnyTransfer'),
  }),
  createRoute({
    getParentRoute: getOperator,
    path: '/ledger',
    component: lazyRouteComponent(() => import('./operator/ledger-check.tsx'), 'LedgerCheckView'),
  }),
] as const

/** Fetches the code of the customers' other views, so that nobody waits for it on the way there. */
export function fetchViews(): void {
  // One that can't be fetched now is fetched by who goes there, and told there.
  for (const { options } of routes) void options.component?.preload?.()
}

/** The views by their addresses. Each is loaded when somebody goes there, or is about to. */
export const router = createRouter({
  routeTree: root.addChildren([...routes, operator.addChildren(operatorRoutes)]),
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

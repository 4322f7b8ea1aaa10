export type Route =
  | { view: 'accounts' }
  | { view: 'history'; accountId: string }
  | { view: 'open-account' }
  | { view: 'transfer'; from: string | null }
  | { view: 'log-in' }
  | { view: 'register' }
  | { view: 'not-found' }

/** Reads the view and its parameters from an address within the page's origin. */
export function parseRoute(address: string): Route {
  const { pathname, searchParams } = new URL(address, 'https://dwaybank.invalid')
  switch (pathname.replace(/(.)\/+$/, '$1')) {
    case '/':
    case '/accounts':
      return { view: 'accounts' }
    case '/accounts/new':
      return { view: 'open-account' }
    case '/transfer':
      return { view: 'transfer', from: searchParams.get('from') }
    case '/login':
      return { view: 'log-in' }
    case '/register':
      return { view: 'register' }
  }
  const accountId = /^\/accounts\/([\w-]+)\/?$/.exec(pathname)?.[1]
  return accountId ? { view: 'history', accountId } : { view: 'not-found' }
}

/** Writes the address of a view: the inverse of parseRoute. */
export function addressOf(route: Exclude<Route, { view: 'not-found' }>): string {
  switch (route.view) {
    case 'accounts':
      return '/'
    case 'history':
      return `/accounts/${route.accountId}`
    case 'open-account':
      return '/accounts/new'
    case 'transfer':
      return route.from ? `/transfer?${new URLSearchParams({ from: route.from })}` : '/transfer'
    case 'log-in':
      return '/login'
    case 'register':
      return '/register'
  }
}

import { describe, expect, it } from 'vitest'
import { addressOf, parseRoute, type Route } from './route.ts'

describe('routes', () => {
  const routes: Exclude<Route, { view: 'not-found' }>[] = [
    { view: 'accounts' },
    { view: 'history', accountId: '0d6c-4f' },
    { view: 'open-account' },
    { view: 'transfer', from: null },
    { view: 'transfer', from: '0d6c-4f' },
    { view: 'log-in' },
    { view: 'register' },
  ]

  it.each(routes)('survive the way into an address and back: $view', (route) => {
    expect(parseRoute(addressOf(route))).toEqual(route)
  })

  it('do not mind a slash at the end', () => {
    expect(parseRoute('/accounts/new/')).toEqual({ view: 'open-account' })
    expect(parseRoute('/accounts/7/')).toEqual({ view: 'history', accountId: '7' })
  })

  it('know what is not there', () => {
    expect(parseRoute('/nowhere')).toEqual({ view: 'not-found' })
    expect(parseRoute('/accounts/7/more')).toEqual({ view: 'not-found' })
  })
})

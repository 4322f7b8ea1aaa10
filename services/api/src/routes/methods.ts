import type { FastifyRequest } from 'fastify'
import type { Api } from './types.ts'

interface Methods {
  /** Which methods a path takes: none for a path that doesn't exist. */
  (path: string): string[]
  /** Whether a route takes a path for an id that is written out in another, which doesn't take the method. */
  mistakesForId(request: Pick<FastifyRequest, 'url' | 'method' | 'routeOptions'>): boolean
}

/** Watches which routes a server gets; call it before they are added. */
export function watchMethods(api: Api): Methods {
  const patterns = new Map<string, Set<string>>()
  api.addHook('onRoute', ({ url, method }) => {
    const methods = patterns.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    patterns.set(url, methods)
  })
  const methodsOf = (path: string) => [
    ...(patterns.get(path) ?? [...patterns].find(([pattern]) => matches(pattern, path))?.[1] ?? []),
  ]
  return Object.assign(methodsOf, {
    mistakesForId: ({ url, method, routeOptions }: Parameters<Methods['mistakesForId']>[0]) =>
      routeOptions.url?.includes(':') === true && patterns.get(pathOf(url))?.has(method) === false,
  })
}

/** An address without its query. */
export const pathOf = (url: string) => url.replace(/\?.*/, '')

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const given = path.split('/')
  return (
    wanted.length === given.length &&
    wanted.every(
      (segment, index) => segment === given[index] || (segment.startsWith(':') && given[index] !== ''),
    )
  )
}

import type { Api } from './types.ts'

/**
 * Watches which routes a server gets; call it before they are added.
 * @returns what says which methods a path takes: none for a path that doesn't exist.
 */
export function watchMethods(api: Api): (path: string) => string[] {
  const patterns = new Map<string, Set<string>>()
  api.addHook('onRoute', ({ url, method }) => {
    const methods = patterns.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    patterns.set(url, methods)
  })
  // A path that is written out is no id of its neighbours.
  return (path) => [
    ...(patterns.get(path) ?? [...patterns].find(([pattern]) => matches(pattern, path))?.[1] ?? []),
  ]
}

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

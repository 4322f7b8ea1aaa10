import type { RefusalCode } from '../errors.ts'

const refusals = new WeakMap<object, readonly RefusalCode[]>()

/** Notes what a hook may refuse, so that the API document says it of every route that has the hook. */
export function mayRefuse<Hook extends object>(codes: readonly RefusalCode[], hook: Hook): Hook {
  refusals.set(hook, codes)
  return hook
}

/** What the hooks of a route may refuse. */
export function refusalsOf(hooks: unknown): RefusalCode[] {
  return [hooks].flat().flatMap((hook) => (typeof hook === 'function' ? (refusals.get(hook) ?? []) : []))
}

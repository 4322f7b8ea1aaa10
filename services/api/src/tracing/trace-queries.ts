import type { Pool } from 'pg'
import type { Step, Tracing } from './tracing.ts'

type Query = (...args: unknown[]) => unknown

/** Records every query of the pool's connections by what it does, never by its values. */
export function traceQueries(pool: Pick<Pool, 'on'>, tracing: Tracing): void {
  pool.on('connect', (client: { query: unknown }) => {
    const query = (client.query as Query).bind(client)
    client.query = (...args: unknown[]) =>
      tracing.step(
        () => describeQuery(args[0]),
        () => query(...args),
      )
  })
}

/** A statement's own name, or its first word and the first table or function that it names. */
export function describeQuery(query: unknown): Step {
  const { name, text } =
    typeof query === 'string' ? { text: query } : ((query ?? {}) as { name?: string; text?: string })
  return { name: name ?? summary(text ?? ''), system: 'postgresql' }
}

function summary(text: string): string {
  const [, verb = 'query'] = /^\s*(\w+)/.exec(text) ?? []
  const [, target = ''] =
    /\b(?:from|into|update)\s+([a-z_.]+)/i.exec(text) ?? /^\s*select\s+([a-z_]+)\(/i.exec(text) ?? []
  return `${verb.toLowerCase()} ${target}`.trim()
}

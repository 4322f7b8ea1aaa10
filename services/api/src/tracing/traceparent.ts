import { isSpanContextValid, type SpanContext } from '@opentelemetry/api'

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** Reads what W3C's Trace Context says of who asks; undefined if it says nothing valid. */
export function parseTraceparent(header: unknown): SpanContext | undefined {
  const parts = typeof header === 'string' ? FORM.exec(header) : null
  if (!parts) return undefined
  const [, traceId = '', spanId = '', flags = ''] = parts
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true }
  return isSpanContextValid(parent) ? parent : undefined
}

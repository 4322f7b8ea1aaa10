/** A line of the log store, or a row of what a query made of them. */
export type LogRecord = Readonly<Record<string, string>>

// What the line begins with, and what only says again where it is from or when.
const ELSEWHERE = /^(_time|_msg|_stream|_stream_id|level|time|ts|service|kubernetes\..*)$/

const field = ([name, value]: [string, string]) =>
  `${name}=${/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`

/** The name of a trace by W3C's Trace Context. */
const TRACE_ID = /^[0-9a-f]{32}$/

/**
 * A record as one line to read: time, pod, level and message as far as it has them, then its other fields.
 * @param traces the origin of Zipkin: where it is known, the line ends with the address of its trace
 */
export function lineOf(record: LogRecord, traces?: string): string {
  const time = record['_time']
  const pod = record['kubernetes.pod_name']
  if (time === undefined || pod === undefined) return Object.entries(record).map(field).join(' ')
  const container = record['kubernetes.container_name'] ?? ''
  // A message has whatever somebody wrote: it stays one line, and no terminal acts on it.
  const message = (record['_msg'] ?? '').replaceAll(/\p{Cc}+/gu, ' ')
  const rest = Object.entries(record)
    .filter(([name, value]) => !ELSEWHERE.test(name) && value !== '')
    .map(field)
  const id = record['trace_id'] ?? ''
  const trace = traces !== undefined && TRACE_ID.test(id) ? `${traces}/zipkin/traces/${id}` : ''
  return [time, `[pod/${pod}/${container}]`, record['level'], message, ...rest, trace]
    .filter(Boolean)
    .join(' ')
}

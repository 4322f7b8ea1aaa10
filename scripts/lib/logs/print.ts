/** A line of the log store, or a row of what a query made of them. */
export type LogRecord = Readonly<Record<string, string>>

// What the line begins with, and what only says again where it is from or when.
const ELSEWHERE = /^(_time|_msg|_stream|_stream_id|level|time|ts|service|kubernetes\..*)$/

const field = ([name, value]: [string, string]) =>
  `${name}=${/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`

/** A record as one line to read: time, pod, level and message as far as it has them, then its other fields. */
export function lineOf(record: LogRecord): string {
  const time = record['_time']
  const pod = record['kubernetes.pod_name']
  if (time === undefined || pod === undefined) return Object.entries(record).map(field).join(' ')
  const container = record['kubernetes.container_name'] ?? ''
  // A message has whatever somebody wrote: it stays one line, and no terminal acts on it.
  const message = (record['_msg'] ?? '').replaceAll(/\p{Cc}+/gu, ' ')
  const rest = Object.entries(record)
    .filter(([name, value]) => !ELSEWHERE.test(name) && value !== '')
    .map(field)
  return [time, `[pod/${pod}/${container}]`, record['level'], message, ...rest].filter(Boolean).join(' ')
}

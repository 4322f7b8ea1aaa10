import type { Line } from './lines.ts'
import type { Origin } from './logs.ts'

/** What the store gets of a line. */
export interface Document {
  index: string
  /** The same each time that the line is read. */
  id: string
  /** Its JSON, without an end. */
  head: string
  /** The line itself, if it is a JSON object. */
  line: string | undefined
}

/** What is searched for most has a field of its own, as text whatever it was. */
const OWN = ['level', 'service', 'requestId', 'trace_id']

function objectOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

export function documentOf({ namespace, pod, uid, container }: Origin, line: Line): Document {
  const { time, stream, offset, text } = line
  const object = objectOf(text)
  const own = OWN.flatMap((name) => (object?.[name] === undefined ? [] : [[name, asText(object[name])]]))
  const source = {
    '@timestamp': time,
    kubernetes: { pod_namespace: namespace, pod_name: pod, container_name: container },
    stream,
    offset,
    message: text,
    ...(Object.fromEntries(own) as Record<string, string>),
  }
  return {
    index: `dwaybank-${time.slice(0, 10).replaceAll('-', '.')}`,
    id: `${uid}-${container}-${time}-${offset}`,
    head: JSON.stringify(source).slice(0, -1),
    line: object && text,
  }
}

/** A document as the bulk API takes it: only ever added, never put in another's place. */
export function entryOf({ index, id, head, line }: Document): string {
  const action = JSON.stringify({ create: { _index: index, _id: id } })
  return `${action}\n${head}${line === undefined ? '' : `,"line":${line}`}}\n`
}

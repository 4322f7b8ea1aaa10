import { setTimeout as sleep } from 'node:timers/promises'
import { entryOf, type Document } from './document.ts'

export interface Settings {
  url: string
  /** Asked each time: the password may be another one by then. */
  login: () => { username: string; password: string }
  /** Hears what went wrong. */
  warn: (text: string) => void
  /** Hears that there is still somebody who tries. */
  alive: () => void
  /** How long to wait before the next try, at first and at most. */
  waitMs?: [number, number]
}

/** What the store says of one document. */
interface Item {
  create: { status: number; error?: { type: string } }
}

const TIMEOUT_MS = 60_000

async function bulk(documents: readonly Document[], { url, login }: Settings): Promise<Item[]> {
  const { username, password } = login()
  const answer = await fetch(new URL('/_bulk', url), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-ndjson',
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    },
    body: documents.map(entryOf).join(''),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!answer.ok) {
    await answer.body?.cancel()
    throw new Error(`it answers ${answer.status}`)
  }
  return ((await answer.json()) as { items: Item[] }).items
}

/** What is left of a document after the store's answer; nothing if it is done. */
function left(document: Document, item: Item | undefined, warn: Settings['warn']): Document[] {
  const { status, error } = item?.create ?? { status: 0 }
  // It has it, or had it before.
  if (status === 201 || status === 409) return []
  if (status !== 400) return [document]
  // Fields of which it can make nothing: the text is left.
  if (document.line !== undefined) return [{ ...document, line: undefined }]
  warn(`the store refuses ${document.id}: ${error?.type ?? 'no reason'}`)
  return []
}

const reasonOf = (error: unknown) => {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message ? cause.message : message
}

/** Sends documents again and again, until the store has each one or refuses it for good. */
export async function send(documents: readonly Document[], settings: Settings): Promise<void> {
  const [first, most] = settings.waitMs ?? [500, 5000]
  let rest = documents
  let wait = first
  let said = ''
  while (rest.length > 0) {
    settings.alive()
    let reason = ''
    try {
      const items = await bulk(rest, settings)
      const before = rest
      rest = before.flatMap((document, index) => left(document, items[index], settings.warn))
      const busy = rest.filter((document) => before.includes(document))
      if (busy.length > 0) reason = `it has no room for ${busy.length} lines`
    } catch (error) {
      reason = reasonOf(error)
    }
    if (reason === '') continue
    if (reason !== said) settings.warn(`the store takes nothing: ${reason}`)
    said = reason
    await sleep(wait)
    wait = Math.min(wait * 2, most)
  }
}

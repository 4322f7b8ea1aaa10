import fs from 'node:fs'
import path from 'node:path'

/** What one transfer request asks for. */
export interface TransferRequest {
  fromAccountId: string
  toAccountNumber: string
  amount: number
  /** The key again, so that the database can be compared with the record. */
  reference: string
  /** The transfer that an operator takes back; the rest then says what that moves. */
  reverses?: string
}

/** A transfer as the bank acknowledged it. */
export interface Acknowledged {
  id: string
  amount: number
  reference: string
  from: string
  to: string
}

/** A request for a transfer that is about to be sent. */
export interface Invoked {
  op: 'invoke'
  attempt: number
  key: string
  request: TransferRequest
  /** Whether the key was sent before with another body: the bank must refuse this one. */
  other?: true
}

/** The bank said that the money has moved. */
export interface Ok {
  op: 'ok'
  attempt: number
  key: string
  transfer: Acknowledged
  /** Whether the bank said that it gives an earlier answer again. */
  replayed: boolean
}

/** The bank said that it will not do it. */
export interface Fail {
  op: 'fail'
  attempt: number
  key: string
  status: number
  code: string
  /** Whether that is the outcome of the key; if not, the request was turned away before it was looked at. */
  decided: boolean
  replayed: boolean
}

/** Nobody knows whether it was done: no answer, a 5xx, or another request with the key under way. */
export interface Info {
  op: 'info'
  attempt: number
  key: string
  reason: string
}

/** Somebody looked at balances that must add up. */
export interface Read {
  op: 'read'
  reader: string
  /** What was wrong with it; undefined if all was as it must be. */
  wrong?: string
}

/** A session that the bank gave to a client was no longer known. */
export interface SessionLost {
  op: 'session'
  customer: string
  /** When it was given, in milliseconds since the run began. */
  opened: number
}

/** A client was answered what the API document doesn't allow. */
export interface Undocumented {
  op: 'undocumented'
  /** The idempotency key that it was asked with, if it was one. */
  key?: string
  /** Method and path. */
  asked: string
  status: number
  wrong: string
  /** The beginning of the answer's body. */
  text: string
}

/** The nemesis killed something, and the bank is back. */
export interface Killed {
  op: 'kill'
  victim: string
  /** When it was about to, in milliseconds since the run began. */
  killed: number
  /** How long the front door then didn't answer. */
  outageMs: number
}

export type Event = (Invoked | Ok | Fail | Info | Read | SessionLost | Undocumented | Killed) & {
  /** Milliseconds since the run began. */
  at: number
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never

/** The clients' own record of a run: kept in memory for the checker, and line by line in a file for people. */
export class History {
  readonly events: Event[] = []
  readonly #acknowledged = new Map<string, Acknowledged>()
  readonly #started = performance.now()
  readonly #file: fs.WriteStream

  constructor(file: string) {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    this.#file = fs.createWriteStream(file, { flags: 'a' })
  }

  /** Milliseconds since the run began, at a moment that performance.now() told. */
  timeOf(moment: number): number {
    return Math.round(moment - this.#started)
  }

  add(what: WithoutTime<Event>): void {
    const event = { at: this.timeOf(performance.now()), ...what }
    this.events.push(event)
    if (event.op === 'ok') this.#acknowledged.set(event.key, event.transfer)
    this.#file.write(`${JSON.stringify(event)}\n`)
  }

  /** The transfer that was acknowledged for a key. */
  acknowledgment(key: string): Acknowledged | undefined {
    return this.#acknowledged.get(key)
  }

  /** Afterwards all of it is in the file. */
  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#file.once('error', reject)
      this.#file.end(resolve)
    })
  }
}

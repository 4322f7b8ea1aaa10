import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { components, operations } from '../../services/web/src/api/schema.ts'
import { type Answer, ask, origin, type Question } from './front-door.ts'

type Schemas = components['schemas']

export type Account = Schemas['Account']
export type Transfer = Schemas['Transfer']
export type Preview = Schemas['Preview']
export type Entry = Schemas['Entry']
export type EntryPage = operations['listEntries']['responses'][200]['content']['application/json']
export type TransferBody = Schemas['NewTransfer']

/** The name of the session's cookie. */
export const sessionCookie = '__Host-session'

/** The value and the attributes of the session cookie that an answer sets, the attributes in lower case. */
export function sessionOf({ headers }: Answer): { id: string; attributes: string[] } | undefined {
  const line = headers['set-cookie']?.find((cookie) => cookie.startsWith(`${sessionCookie}=`))
  if (line === undefined) return undefined
  const [pair = '', ...attributes] = line.split(/;\s*/)
  return {
    id: pair.slice(sessionCookie.length + 1),
    attributes: attributes.map((text) => text.toLowerCase()),
  }
}

/** The parsed body of an answer, whose status must be the given one. */
export function bodyOf<T>(answer: Answer, status: number): T {
  expect(answer.status, answer.text).toBe(status)
  return JSON.parse(answer.text) as T
}

/** The code of a refusal, whose status must be the given one. */
export function refusalOf(answer: Answer, status: number): string {
  return bodyOf<{ code: string }>(answer, status).code
}

/** Somebody with a browser: asks from the bank's own page and keeps the session cookie. */
export class Visitor {
  session: string | undefined

  async ask(path: string, question: Question = {}): Promise<Answer> {
    const cookie = this.session === undefined ? {} : { cookie: `${sessionCookie}=${this.session}` }
    const headers = { origin, ...cookie, ...question.headers }
    const answer = await ask(`/api${path}`, { ...question, headers })
    const set = sessionOf(answer)
    if (set) this.session = set.id === '' ? undefined : set.id
    return answer
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask(path, { method: 'POST', body, headers })
  }

  /** Asks for a transfer under a key of its own, or under the given one. */
  transfer(body: TransferBody, key: string = randomUUID()): Promise<Answer> {
    return this.post('/transfers', body, { 'idempotency-key': key })
  }

  /** Asks what a transfer would do. */
  preview(body: TransferBody): Promise<Answer> {
    return this.post('/transfers/preview', body)
  }

  /** Asks for a reversal under a key of its own, or under the given one. */
  reverse(transferId: string, reason: string, key: string = randomUUID()): Promise<Answer> {
    return this.post(`/transfers/${transferId}/reversal`, { reason }, { 'idempotency-key': key })
  }

  async accounts(): Promise<Account[]> {
    return bodyOf<{ accounts: Account[] }>(await this.ask('/accounts'), 200).accounts
  }

  async openAccount(name: string): Promise<Account> {
    return bodyOf<{ account: Account }>(await this.post('/accounts', { name }), 201).account
  }

  async entries(accountId: string, query = ''): Promise<EntryPage> {
    return bodyOf<EntryPage>(await this.ask(`/accounts/${accountId}/entries${query}`), 200)
  }
}

/** Somebody new moves so many cents to another account of their own, one at a time. */
export async function somebodyPays(times = 1): Promise<void> {
  const { visitor, account } = await newCustomer()
  const { number: toAccountNumber } = await visitor.openAccount('Savings')
  const body = { fromAccountId: account.id, toAccountNumber, amount: 1, reference: 'Pays' }
  for (let index = 0; index < times; index += 1) bodyOf(await visitor.transfer(body), 201)
}

export interface Credentials {
  email: string
  password: string
  name: string
}

/** Credentials that nobody has yet. */
export function newCredentials(name = 'Tess Tester'): Credentials {
  return { email: `tess.${randomUUID()}@example.org`, password: `correct horse ${randomUUID()}`, name }
}

/** Somebody new, with one account. */
export interface Newcomer {
  visitor: Visitor
  credentials: Credentials
  account: Account
}

/** Registers somebody new, who is logged in then. */
export async function newCustomer(): Promise<Newcomer> {
  const visitor = new Visitor()
  const credentials = newCredentials()
  let answer = await visitor.post('/register', credentials)
  // Tests that come one after the other from one address may be quicker than its limit lets them.
  for (let tries = 0; answer.status === 429 && tries < 20; tries += 1) {
    await sleep(500)
    answer = await visitor.post('/register', credentials)
  }
  expect(answer.status, answer.text).toBe(201)
  const [account] = await visitor.accounts()
  if (!account) throw new Error('a new customer has no account')
  return { visitor, credentials, account }
}

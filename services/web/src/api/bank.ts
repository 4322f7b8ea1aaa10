import { request } from './client.ts'
import type { components, operations } from './schema.ts'

type Schemas = components['schemas']
type Answer<Name extends keyof operations, Status extends number> = operations[Name] extends {
  responses: Record<Status, { content: { 'application/json': infer Body } }>
}
  ? Body
  : never

export type Customer = Schemas['Customer']
/** `balance` is an integer of the currency's minor units, like every amount here. */
export type Account = Schemas['Account']
export type Transfer = Schemas['Transfer']
export type Entry = Schemas['Entry']
export type Entries = Answer<'listEntries', 200>
export type NewTransfer = Schemas['NewTransfer']

const ENTRIES_A_PAGE = 20

export async function register(body: Schemas['Registration']): Promise<Customer> {
  return (await request<Answer<'register', 201>>('/register', { method: 'POST', body })).customer
}

export async function logIn(body: Schemas['Login']): Promise<Customer> {
  return (await request<Answer<'logIn', 200>>('/login', { method: 'POST', body })).customer
}

export async function logOut(): Promise<void> {
  await request('/logout', { method: 'POST' })
}

export async function readCustomer(signal: AbortSignal): Promise<Customer> {
  return (await request<Answer<'readCustomer', 200>>('/me', { signal })).customer
}

export async function readAccounts(signal: AbortSignal): Promise<Account[]> {
  return (await request<Answer<'listAccounts', 200>>('/accounts', { signal })).accounts
}

export async function openAccount(body: Schemas['NewAccount']): Promise<Account> {
  return (await request<Answer<'openAccount', 201>>('/accounts', { method: 'POST', body })).account
}

/** Sends money once for each key, however often the request is repeated. */
export async function sendMoney(body: NewTransfer, idempotencyKey: string): Promise<Transfer> {
  const headers = { 'idempotency-key': idempotencyKey }
  return (await request<Answer<'transferMoney', 201>>('/transfers', { method: 'POST', body, headers }))
    .transfer
}

/** Reads a page of an account's entries, newest first; `cursor` is the previous page's `nextCursor`. */
export async function readEntries(
  accountId: string,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Entries> {
  const query = new URLSearchParams({ limit: String(ENTRIES_A_PAGE), ...(cursor && { cursor }) })
  return request(`/accounts/${encodeURIComponent(accountId)}/entries?${query}`, signal ? { signal } : {})
}

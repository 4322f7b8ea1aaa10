import { request, requestOnce } from './client.ts'
import type { components, operations } from './schema.ts'

type Schemas = components['schemas']
type Responses = components['responses']
/** Every code that an answer of the bank may have. */
export type ProblemCode = NonNullable<
  Responses[keyof Responses]['content']['application/problem+json']['code']
>
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
export type Preview = Schemas['Preview']
export type Session = Schemas['Session']
export type SecurityEvent = Schemas['SecurityEvent']

/** Which entries of an account are wanted. Days are ISO 8601's, and belong to the period. */
export interface EntryFilter {
  q?: string | undefined
  from?: string | undefined
  to?: string | undefined
  direction?: 'in' | 'out' | undefined
}

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

/** A transfer that was asked for under a key, and whether the money had moved before. */
export interface Moved {
  transfer: Transfer
  isReplayed: boolean
}

/** Sends money once for each key, however often the request is repeated. */
export async function sendMoney(body: NewTransfer, idempotencyKey: string): Promise<Moved> {
  const headers = { 'idempotency-key': idempotencyKey }
  const options = { method: 'POST' as const, body, headers }
  const answer = await requestOnce<Answer<'transferMoney', 201>>('/transfers', options)
  return { transfer: answer.body.transfer, isReplayed: answer.isReplayed }
}

/** Says what a transfer would do, and whose the receiving account is. */
export async function previewTransfer(body: NewTransfer, signal?: AbortSignal): Promise<Preview> {
  const options = { method: 'POST' as const, body, ...(signal && { signal }) }
  return (await request<Answer<'previewTransfer', 200>>('/transfers/preview', options)).preview
}

export async function readTransfer(id: string, signal: AbortSignal): Promise<Transfer> {
  const path = `/transfers/${encodeURIComponent(id)}`
  return (await request<Answer<'findTransfer', 200>>(path, { signal })).transfer
}

export interface EntriesWanted {
  filter?: EntryFilter
  /** The previous page's `nextCursor`. */
  cursor?: string | null
  limit: number
}

/** Reads a page of an account's entries, newest first. */
export async function readEntries(
  accountId: string,
  { filter = {}, cursor, limit }: EntriesWanted,
  signal: AbortSignal,
): Promise<Entries> {
  const query = queryOf({ ...filter, limit: String(limit), cursor: cursor ?? undefined })
  return request(`/accounts/${encodeURIComponent(accountId)}/entries?${query}`, { signal })
}

/** The address of a statement of a period, to follow as a link. */
export function statementAddress(
  accountId: string,
  period: { from: string; to: string; format: 'csv' | 'html' },
): string {
  return `/api/accounts/${encodeURIComponent(accountId)}/statement?${queryOf(period)}`
}

export async function changeProfile(body: Schemas['ProfileChange']): Promise<Customer> {
  return (await request<Answer<'changeProfile', 200>>('/me', { method: 'PATCH', body })).customer
}

/** Changes the password, which ends all other sessions. */
export async function changePassword(body: Schemas['PasswordChange']): Promise<void> {
  await request('/password', { method: 'POST', body })
}

export async function readSessions(signal: AbortSignal): Promise<Session[]> {
  return (await request<Answer<'listSessions', 200>>('/sessions', { signal })).sessions
}

export async function endSession(id: string): Promise<void> {
  await request(`/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** Ends every session of the customer, this one too. */
export async function endAllSessions(): Promise<void> {
  await request('/sessions', { method: 'DELETE' })
}

export async function readSecurityEvents(signal: AbortSignal): Promise<SecurityEvent[]> {
  return (await request<Answer<'listSecurityEvents', 200>>('/security-events?limit=20', { signal })).events
}

/** The parameters that are given, as the query of an address. */
export function queryOf(parameters: object): URLSearchParams {
  const given = Object.entries(parameters) as [string, string | undefined][]
  return new URLSearchParams(given.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

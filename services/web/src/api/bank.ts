import { request } from './client.ts'

export interface Customer {
  id: string
  email: string
  name: string
}

/** `balance` is an integer of the currency's minor units, like every amount here. */
export interface Account {
  id: string
  number: string
  name: string
  currency: string
  balance: number
}

export interface Transfer {
  id: string
  amount: number
  currency: string
  reference: string
  createdAt: string
  from: { number: string }
  to: { number: string }
}

export interface Entry {
  id: string
  transferId: string
  amount: number
  balance: number
  reference: string
  counterparty: string
  createdAt: string
}

export interface Entries {
  entries: Entry[]
  nextCursor: string | null
}

export interface NewTransfer {
  fromAccountId: string
  toAccountNumber: string
  amount: number
  reference: string
}

const ENTRIES_A_PAGE = 20

export async function register(body: { email: string; password: string; name: string }): Promise<Customer> {
  return (await request<{ customer: Customer }>('/register', { method: 'POST', body })).customer
}

export async function logIn(body: { email: string; password: string }): Promise<Customer> {
  return (await request<{ customer: Customer }>('/login', { method: 'POST', body })).customer
}

export async function logOut(): Promise<void> {
  await request('/logout', { method: 'POST' })
}

export async function readCustomer(signal: AbortSignal): Promise<Customer> {
  return (await request<{ customer: Customer }>('/me', { signal })).customer
}

export async function readAccounts(signal: AbortSignal): Promise<Account[]> {
  return (await request<{ accounts: Account[] }>('/accounts', { signal })).accounts
}

export async function openAccount(body: { name: string }): Promise<Account> {
  return (await request<{ account: Account }>('/accounts', { method: 'POST', body })).account
}

/** Sends money once for each key, however often the request is repeated. */
export async function sendMoney(body: NewTransfer, idempotencyKey: string): Promise<Transfer> {
  const headers = { 'idempotency-key': idempotencyKey }
  return (await request<{ transfer: Transfer }>('/transfers', { method: 'POST', body, headers })).transfer
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

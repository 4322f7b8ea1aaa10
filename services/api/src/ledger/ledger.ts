import type { Pool } from 'pg'
import { transaction } from '../db/transaction.ts'
import { findAccount, findAccountOwner, listAccounts, openAccount, type Account } from './accounts.ts'
import { createLedgerCheck, type LedgerCheck } from './audit.ts'
import { searchCustomers, type CustomerPage, type CustomerQuery } from './customer-search.ts'
import { findCustomer, findLogin, registerCustomer, type Customer, type NewCustomer } from './customers.ts'
import { listEntries, type EntryPage, type EntryQuery } from './entries.ts'
import { createLanes } from './lanes.ts'
import { reverseTransfer, type ReversalRequest } from './reversals.ts'
import { openStatement, type Statement, type StatementQuery } from './statement.ts'
import {
  findBookedTransfer,
  searchTransfers,
  type BookedTransfer,
  type BookedTransferPage,
  type BookedTransferQuery,
} from './transfer-search.ts'
import {
  findTransfer,
  previewTransfer,
  transferMoney,
  type PlannedTransfer,
  type Preview,
  type Transfer,
  type TransferAnswer,
  type TransferRequest,
  type Viewer,
} from './transfers.ts'

/** Everything the routes ask of the bank's books. */
export interface Ledger {
  register(customer: NewCustomer): Promise<Customer>
  findCustomer(id: string): Promise<Customer | undefined>
  findLogin(email: string): Promise<{ customer: Customer; passwordHash: string } | undefined>
  listAccounts(customerId: string): Promise<Account[]>
  findAccount(customerId: string, accountId: string): Promise<Account>
  openAccount(customerId: string, name: string): Promise<Account>
  transfer(request: TransferRequest): Promise<TransferAnswer>
  previewTransfer(planned: PlannedTransfer): Promise<Preview>
  reverseTransfer(request: ReversalRequest): Promise<TransferAnswer>
  findTransfer(viewer: Viewer, id: string): Promise<Transfer>
  listEntries(query: EntryQuery): Promise<EntryPage>
  openStatement(query: StatementQuery): Promise<Statement>
  searchCustomers(query: CustomerQuery): Promise<CustomerPage>
  findAccountOwner(accountId: string): Promise<string>
  findBookedTransfer(id: string): Promise<BookedTransfer>
  searchTransfers(query: BookedTransferQuery): Promise<BookedTransferPage>
  check(): Promise<LedgerCheck>
}

/**
 * The books in PostgreSQL. Every method throws `Unavailable` when PostgreSQL doesn't answer.
 * @param onRetry is told each time that a transfer or reversal is tried again
 */
export function postgresLedger(pool: Pool, onRetry?: () => void): Ledger {
  const lanes = createLanes()
  return {
    register: (customer) => registerCustomer(pool, lanes, customer),
    findCustomer: (id) => findCustomer(pool, id),
    findLogin: (email) => findLogin(pool, email),
    listAccounts: (customerId) => listAccounts(pool, customerId),
    transfer: (request) => transferMoney(pool, lanes, request, onRetry),
    previewTransfer: (planned) => previewTransfer(pool, planned),
    reverseTransfer: (request) => reverseTransfer(pool, lanes, request, onRetry),
    findTransfer: (viewer, id) => findTransfer(pool, viewer, id),
    findAccount: (customerId, accountId) => findAccount(pool, customerId, accountId),
    openAccount: (customerId, name) =>
      lanes.run([customerId], () => transaction(pool, (client) => openAccount(client, customerId, name))),
    listEntries: (query) => listEntries(pool, query),
    openStatement: (query) => openStatement(pool, query),
    searchCustomers: (query) => searchCustomers(pool, query),
    findAccountOwner: (accountId) => findAccountOwner(pool, accountId),
    findBookedTransfer: (id) => findBookedTransfer(pool, id),
    searchTransfers: (query) => searchTransfers(pool, query),
    check: createLedgerCheck(pool),
  }
}

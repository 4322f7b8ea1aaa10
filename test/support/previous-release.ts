import fs from 'node:fs'
import path from 'node:path'
import type { Pool } from 'pg'
import { root, stateFolder } from '../../scripts/lib/settings.ts'
import { $, succeeds } from '../../scripts/lib/shell.ts'
import type { Connection } from './scratch-postgres.ts'

/** The release whose api runs beside the new one while that is rolled out, and to which one goes back. */
export const PREVIOUS_RELEASE = '0ff03dcf3bd84e40fffa42b8479cf820d8b0966e'

/** Whether the clone has that commit. */
export function hasPreviousRelease(): Promise<boolean> {
  return succeeds($`git -C ${root} cat-file -e ${`${PREVIOUS_RELEASE}^{commit}`}`)
}

interface Account {
  id: string
  number: string
  balance: number
}

/** What these tests ask of that release's books. */
export interface PreviousLedger {
  register(customer: { email: string; name: string; passwordHash: string }): Promise<{ id: string }>
  findLogin(email: string): Promise<{ customer: { id: string }; passwordHash: string } | undefined>
  listAccounts(customerId: string): Promise<Account[]>
  openAccount(customerId: string, name: string): Promise<Account>
  transfer(request: {
    customerId: string
    idempotencyKey: string
    fromAccountId: string
    toAccountNumber: string
    amount: number
    reference: string
  }): Promise<{
    outcome: { transfer?: { id: string }; refusal?: { code: string } }
    replayed: boolean
  }>
  listEntries(query: { customerId: string; accountId: string; limit: number }): Promise<{
    entries: { transferId: string; amount: number; balance: number }[]
  }>
}

/** That release's own code, on the packages of this one. */
export interface PreviousRelease {
  createPool(config: Connection, log: { warn(fact: object, message: string): void }): Pool
  postgresLedger(pool: Pool): PreviousLedger
  readMigrations(): Promise<unknown[]>
  checkSchemaVersion(pool: Pool, migrations: unknown[]): Promise<void>
  /** Its migrations' program. */
  migrate: string
}

/** Takes the api of the previous release out of git's history and loads it. */
export async function loadPreviousRelease(): Promise<PreviousRelease> {
  const folder = path.join(stateFolder, 'previous-release')
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  await $`git -C ${root} archive ${PREVIOUS_RELEASE} package.json services/api | tar --extract --directory ${folder}`
  const source = path.join(folder, 'services/api/src')
  const load = async (file: string) => (await import(path.join(source, file))) as object
  const modules = await Promise.all(
    ['db/pool.ts', 'db/migrations.ts', 'db/schema-version.ts', 'ledger/ledger.ts'].map(load),
  )
  return Object.assign({ migrate: path.join(source, 'db/migrate.ts') }, ...modules) as PreviousRelease
}

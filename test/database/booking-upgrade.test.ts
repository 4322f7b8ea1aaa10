import fs from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { expect, it } from 'vitest'
import { MIGRATIONS_FOLDER } from '../../services/api/src/db/migrations.ts'
import { BANK_ACCOUNT_ID } from '../../services/api/src/ledger/bank.ts'
import { emptyDatabase } from '../support/fresh-database.ts'
import { expectedHashes, LedgerDatabase } from '../support/ledger-database.ts'
import { previousTransfer } from '../support/previous-api.ts'

it('entries that were booked before there was a chain are chained in their order', async () => {
  const database = await emptyDatabase('upgrade')
  const owner = new pg.Client(database.as('dwaybank_owner'))
  await owner.connect()
  const apply = async (file: string) =>
    owner.query(await fs.readFile(path.join(MIGRATIONS_FOLDER, file), 'utf8'))
  const books = new LedgerDatabase(database)
  try {
    await owner.query('create table schema_migrations (version integer primary key)')
    await apply('0001_ledger.sql')
    await apply('0002_roles.sql')
    const payer = await books.party()
    const payee = await books.party()
    const transfer = async (from: string, to: string, amount: number) =>
      books.ask('dwaybank_api', previousTransfer.book, [from, to, amount, 'EUR', 'before'])
    await transfer(BANK_ACCOUNT_ID, payer.account.id, 500)
    await transfer(payer.account.id, payee.account.id, 200)
    await transfer(payee.account.id, payer.account.id, 50)

    await apply('0003_booking.sql')

    await books.transfer({ from: payer, to: payee, amount: 1 })
    for (const id of [BANK_ACCOUNT_ID, payer.account.id, payee.account.id]) {
      const entries = await books.entries(id)
      expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1))
      expect(entries.map(({ hash }) => hash)).toEqual(expectedHashes(entries))
    }
    expect((await books.entries(payer.account.id)).map(({ amount }) => amount)).toEqual([500, -200, 50, -1])
  } finally {
    await owner.end()
    await books.close()
  }
})

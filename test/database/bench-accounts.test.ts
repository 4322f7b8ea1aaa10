import { expect, it } from 'vitest'
import { clientsScript } from '../../scripts/lib/bench/clients.ts'
import { audit } from '../../scripts/lib/ledger/check.ts'
import { sqlOver, summaryOf } from '../support/audited-books.ts'
import { freshDatabase } from '../support/fresh-database.ts'

it("the benchmark's accounts are funded once, and the books are whole", async () => {
  const run = sqlOver((await freshDatabase('bench_accounts')).as('dwaybank'))
  for (const positions of [
    [0, 1, 2],
    [1, 2, 3],
  ])
    await run(clientsScript(positions, '$argon2id$none'))
  expect(await run("select balance from accounts where name = 'Bench'")).toBe(
    Array<string>(4).fill('1000000000').join('\n'),
  )
  expect(summaryOf(await audit(run))).toEqual({ failed: [], damaged: [] })
})

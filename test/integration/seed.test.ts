import { describe, expect, it } from 'vitest'
import { withCheckDigits } from '../../services/api/src/ledger/account-number.ts'
import { BANK_ACCOUNT_ID } from '../../services/api/src/ledger/bank.ts'
import { unknownPasswordHash } from '../../scripts/lib/bench/clients.ts'
import { withScratch } from '../../scripts/lib/bench/scratch.ts'
import { runPsql, streamPsql } from '../../scripts/lib/database.ts'
import { audit } from '../../scripts/lib/ledger/check.ts'
import { load, pieces } from '../../scripts/lib/seed/load.ts'
import { loadScript } from '../../scripts/lib/seed/load-script.ts'
import { makePlan } from '../../scripts/lib/seed/plan.ts'
import { summaryOf } from '../support/audited-books.ts'

const DATABASE = 'test_seed'
const bank = { id: BANK_ACCOUNT_ID, number: withCheckDigits('00000001'), name: 'DwayBank' }
const plan = () => makePlan('a test', 1_000, bank)

const ask = (script: string) => runPsql('the scratch database does not answer', script, DATABASE)
const rules = () =>
  ask(`select conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) from pg_constraint
         where connamespace = 'public'::regnamespace order by 1, 2;
       select tgrelid::regclass, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2;\n`)

describe('loading a seed', () => {
  it('leaves whole books and every rule of the tables as it was', { timeout: 120_000 }, async () => {
    await withScratch([DATABASE], async (scratch) => {
      await scratch.create(DATABASE)
      const before = await rules()
      expect(before).toContain('entries_account_id_currency_fkey|t|')
      await load(plan(), unknownPasswordHash(), false, () => undefined, DATABASE)
      expect(await rules()).toBe(before)
      expect(await ask('select count(*) from entries;\n')).toBe('2000')
      expect(summaryOf(await audit(ask))).toEqual({ failed: [], damaged: [] })
    })
  })

  it.each([
    ['a posting of no account', 'entries', 2, /entries_account_id_currency_fkey/],
    ['a transfer to no account', 'transfers', 2, /transfers_to_account_id_fkey/],
    ['a posting of no transfer', 'entries', 1, /entries_transfer_id_fkey/],
  ])('refuses %s, and changes nothing', { timeout: 120_000 }, async (_, table, column, refusal) => {
    await withScratch([DATABASE], async (scratch) => {
      await scratch.create(DATABASE)
      const before = await rules()
      const script = [...loadScript(plan(), unknownPasswordHash(), false)].join('')
      const rows = script.indexOf('\n', script.indexOf(`copy ${table} (`)) + 1
      const end = script.indexOf('\n', rows)
      const values = script.slice(rows, end).split('\t')
      values[column] = '00000000-0000-4000-8000-00000000dead'
      const planted = script.slice(0, rows) + values.join('\t') + script.slice(end)
      const loading = streamPsql(
        'the seed was not loaded',
        async function* () {
          yield* pieces([planted, 'commit;\n'])
        },
        DATABASE,
      )
      await expect(loading).rejects.toThrow(refusal)
      expect(await rules()).toBe(before)
      expect(await ask('select count(*) from customers;\n')).toBe('0')
    })
  })
})

import fs from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Check } from '../../scripts/lib/report.ts'
import { root, statePath } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { newCustomer } from '../support/visitor.ts'

const heads = statePath('ledger-heads.json')
afterAll(() => fs.rmSync(heads, { force: true }))

async function check(...flags: string[]): Promise<{ code: number | null; checks: Check[] }> {
  const { exitCode, stdout } =
    await $`node ${path.join(root, 'scripts/ledger.ts')} check --json ${flags}`.nothrow()
  return { code: exitCode, checks: (JSON.parse(stdout) as { checks: Check[] }).checks }
}

it('./dway ledger check finds the books of the running bank clean, and later what they held before', async () => {
  const payer = await newCustomer()
  const first = await check('--save', heads)
  expect(first.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
  expect(first.code).toBe(0)

  const payee = await newCustomer()
  const body = {
    fromAccountId: payer.account.id,
    toAccountNumber: payee.account.number,
    amount: 100,
    reference: '',
  }
  expect((await payer.visitor.transfer(body)).status).toBe(201)
  const second = await check('--since', heads)
  expect(second.checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    'totals passed',
    'transfers passed',
    'balances passed',
    'chain passed',
    'since passed',
  ])
  expect(second.code).toBe(0)
})

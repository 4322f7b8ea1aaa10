import fs from 'node:fs'
import { expect } from 'vitest'
import { freezeAnswer, freezeWanted } from '../../scripts/lib/journey-freezes.ts'

const PATIENCE = { timeout: 20_000, interval: 100 }

/** Does something while PostgreSQL is frozen: its connections stay open, and nothing answers. */
export async function withoutPostgres(work: () => Promise<void>): Promise<void> {
  // An answer of before may tell of a failure.
  fs.rmSync(freezeAnswer, { force: true })
  fs.writeFileSync(freezeWanted, '')
  try {
    await expect.poll(() => fs.existsSync(freezeAnswer), PATIENCE).toBe(true)
    expect(fs.readFileSync(freezeAnswer, 'utf8'), 'PostgreSQL is frozen').toBe('')
    await work()
  } finally {
    fs.rmSync(freezeWanted, { force: true })
  }
  await expect
    .poll(() => fs.existsSync(freezeAnswer), { ...PATIENCE, message: 'PostgreSQL has thawed' })
    .toBe(false)
}

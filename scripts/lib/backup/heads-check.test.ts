import { expect, it } from 'vitest'
import type { Check } from '../report.ts'
import { heldAgainstHeads } from './heads-check.ts'

const totals: Check = { name: 'totals', verdict: 'passed', evidence: 'nothing' }
const since = (verdict: Check['verdict']): Check => ({
  name: 'since',
  verdict,
  evidence: 'seen',
  ...(verdict !== 'passed' && { remedy: 'save a new file' }),
})

it('books that have every head are those that were backed up', () => {
  expect(heldAgainstHeads([totals, since('passed')], undefined)).toEqual([
    totals,
    { name: 'heads', verdict: 'passed', evidence: 'seen' },
  ])
})

it('books without one of them are others, and the remedy is one for backups', () => {
  const [, heads] = heldAgainstHeads([totals, since('failed')], undefined)
  expect(heads).toMatchObject({ name: 'heads', verdict: 'failed', evidence: 'seen' })
  expect(heads?.remedy).toContain('not the books that were backed up')
})

it('without heads nothing is proved, however well the books add up', () => {
  expect(heldAgainstHeads([totals], 'nothing is noted').at(-1)).toMatchObject({
    name: 'heads',
    verdict: 'could not verify',
    evidence: 'nothing is noted',
  })
})

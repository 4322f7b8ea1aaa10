import { expect, it } from 'vitest'
import { checkPersistence } from '../../scripts/lib/verify/persistence.ts'

// The rest of ./dway verify is in the validation as well.
it('what the stores keep outlives their pods', { timeout: 300_000 }, async () => {
  const checks = await checkPersistence()
  expect(checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
  expect(checks.length).toBe(2)
})

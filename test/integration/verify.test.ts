import path from 'node:path'
import { expect, it } from 'vitest'
import type { Check } from '../../scripts/lib/report.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'

it('./dway verify finds every connection as it should be', { timeout: 600_000 }, async () => {
  const { stdout, stderr, exitCode } = await $`node ${path.join(root, 'scripts/verify.ts')} --json`.nothrow()
  expect(stdout, stderr).not.toBe('')
  const { checks, passed } = JSON.parse(stdout) as { passed: boolean; checks: Check[] }
  expect(checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
  expect(checks.length).toBeGreaterThan(20)
  expect(passed).toBe(true)
  expect(exitCode).toBe(0)
})

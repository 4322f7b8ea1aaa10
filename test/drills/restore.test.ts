import path from 'node:path'
import { expect, it } from 'vitest'
import type { Check } from '../../scripts/lib/report.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'

const dway = (verb: string, ...words: string[]) =>
  $`node ${path.join(root, 'scripts', `${verb}.ts`)} ${words}`.nothrow()

it('the tables of the bank are destroyed, and restored to a moment', async () => {
  const { stdout, stderr, exitCode } = await dway('drill', 'restore', '--yes', '--json')
  // What it destroyed must not be the next test's to bear.
  const wayBack = /restore --at (\S+) brings/.exec(stderr)?.[1]
  if (exitCode !== 0 && wayBack !== undefined) await dway('restore', '--at', wayBack, '--yes')
  expect(exitCode, stderr + stdout).toBe(0)
  const { at, checks, rpoSeconds, rtoSeconds } = JSON.parse(stdout) as {
    at: string
    checks: Check[]
    rpoSeconds: number
    rtoSeconds: number
  }
  expect(checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
  expect(checks.length).toBeGreaterThan(8)
  expect(rpoSeconds).toBeLessThan(30)
  expect(rtoSeconds).toBeLessThan(180)
  console.log(`restored with RPO ${rpoSeconds} s, RTO ${rtoSeconds.toFixed(1)} s`)

  // The bank goes on from that moment: what came after it is refused, and what comes now can be restored.
  const undone = new Date(Date.parse(at) + 1000).toISOString()
  const refused = await dway('restore', '--at', undone, '--scratch')
  expect(refused.stderr).toContain('was undone by a restore')
  expect(refused.exitCode).toBe(1)
  const now = await dway('restore', '--at', new Date().toISOString(), '--scratch')
  expect(now.exitCode, now.stderr + now.stdout).toBe(0)
})

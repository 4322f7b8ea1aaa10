import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import type { Finding } from '../../scripts/lib/validate/finding.ts'

it('./dway validate finds the running bank as it should be', async () => {
  const script = path.join(root, 'scripts/validate.ts')
  const { stdout, stderr, exitCode } = await $`node ${script} --step 3,4,5,6,7,8 --json`.nothrow()
  expect(stdout, stderr).not.toBe('')
  const { results } = JSON.parse(stdout) as { results: { seconds: number; findings: Finding[] }[] }
  expect(results.flatMap(({ findings }) => findings).filter(({ verdict }) => verdict === 'failed')).toEqual(
    [],
  )
  expect(results.map(({ findings }) => findings.length > 0)).toEqual(Array(6).fill(true))
  expect(exitCode, stdout).toBe(0)
})

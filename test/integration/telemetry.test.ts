import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { contract, nameOf } from '../../scripts/lib/verify/telemetry/contract.ts'
import { profile } from '../../scripts/lib/profile.ts'
import type { Check } from '../../scripts/lib/report.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $, kubectlBank, must } from '../../scripts/lib/shell.ts'
import { eventually, firing, valueOf } from '../support/tools.ts'

async function verifyTelemetry(): Promise<{ checks: Check[]; passed: boolean; exitCode: number | null }> {
  const script = path.join(root, 'scripts/verify.ts')
  const { stdout, stderr, exitCode } = await $`node ${script} telemetry --json`.nothrow()
  expect(stdout, stderr).not.toBe('')
  return { ...(JSON.parse(stdout) as { checks: Check[]; passed: boolean }), exitCode }
}

const notPassed = (checks: readonly Check[]) => checks.filter(({ verdict }) => verdict !== 'passed')

describe.skipIf(profile() !== 'full')('./dway verify telemetry', () => {
  it('sees every service in every signal', { timeout: 240_000 }, async () => {
    const { checks, passed, exitCode } = await verifyTelemetry()
    expect(notPassed(checks)).toEqual([])
    expect(checks.map(({ name }) => name)).toEqual(contract.map(nameOf))
    expect(passed).toBe(true)
    expect(exitCode).toBe(0)
  })

  it('names the one signal that is muted', { timeout: 480_000 }, async () => {
    const commands = 'sum(redis_commands_total{cmd="getex"})'
    const scale = (replicas: number) =>
      must(
        'the exporter of Redis was not scaled',
        kubectlBank(['scale', 'deployment/redis-exporter', `--replicas=${replicas}`]),
      )
    await scale(0)
    try {
      // If they are gone already, it finds none to wait for.
      const gone = ['wait', 'pods', '--selector=app.kubernetes.io/name=redis-exporter', '--for=delete']
      await kubectlBank([...gone, '--timeout=60s']).nothrow()
      const { checks, passed, exitCode } = await verifyTelemetry()
      expect(notPassed(checks)).toMatchObject([{ name: 'redis metrics', verdict: 'failed' }])
      expect(passed).toBe(false)
      expect(exitCode).toBe(1)
    } finally {
      await scale(1)
    }
    await eventually(90, () => valueOf(commands))
    // Whoever looks at alerts next begins with none of this.
    await eventually(120, async () => (await firing('TargetDown')).length === 0)
  })
})

describe('a word that it does not know', () => {
  it('is refused before anything is done', async () => {
    const { exitCode, stderr } = await $`node ${path.join(root, 'scripts/verify.ts')} telemetri`.nothrow()
    expect(exitCode).toBe(2)
    expect(stderr).toContain("verify knows no 'telemetri'")
  })
})

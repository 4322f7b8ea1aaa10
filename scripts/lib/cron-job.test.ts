import { Readable } from 'node:stream'
import { beforeEach, expect, it, vi } from 'vitest'
import { runCronJob } from './cron-job.ts'

interface Made {
  metadata: { name: string }
  spec: { backoffLimit: number; template: { spec: { containers: { env: unknown[] }[] } } }
}

let made: Made[]
let deleted: string[]
let phase: string
const LOG = 'first\nlast words\n'

const template = () => ({
  metadata: { name: '' },
  spec: { backoffLimit: 2, template: { spec: { containers: [{ env: [{ name: 'A' }, { name: 'B' }] }] } } },
})

vi.mock(import('./shell.ts'), async (original) => ({
  ...(await original()),
  kubectlBank: (([verb, what = '', name = '']: readonly string[], input?: string) => {
    if (verb === 'logs' && name === '--follow') {
      phase = 'Succeeded'
      const logs = Object.assign(Promise.resolve(), { stdout: Readable.from([LOG]) })
      return { timeout: () => ({ nothrow: () => logs }) }
    }
    if (verb === 'create' && what === 'job') {
      const job = { ...template(), metadata: { name } }
      return Promise.resolve({ stdout: JSON.stringify(job) })
    }
    if (verb === 'create') made.push(JSON.parse(input ?? '') as Made)
    if (verb === 'delete') deleted.push(what)
    const pod = { metadata: { name: 'pod', creationTimestamp: '' }, status: { phase } }
    const stdout = verb === 'logs' ? LOG : JSON.stringify({ items: [pod] })
    return Object.assign(Promise.resolve({ stdout }), { nothrow: () => Promise.resolve({ stdout }) })
  }) as never,
}))

const progress = { now: () => undefined, happened: () => undefined }

beforeEach(() => {
  made = []
  deleted = []
})

it('runs the CronJob once, with the given variables in the place of its own', async () => {
  phase = 'Succeeded'
  expect(await runCronJob('renew', { progress, env: { A: '1', C: '2' } })).toBe(LOG)
  expect(made).toHaveLength(1)
  expect(made[0]?.metadata.name).toMatch(/^renew-by-hand-[0-9a-f]{6}$/)
  expect(made[0]?.spec.backoffLimit).toBe(0)
  expect(made[0]?.spec.template.spec.containers[0]?.env).toEqual([
    { name: 'B' },
    { name: 'A', value: '1' },
    { name: 'C', value: '2' },
  ])
  expect(deleted).toEqual([])
})

it.each([
  [false, 1],
  [true, 0],
])('a failure has its reason, and its Job stays if that is wanted: %s', async (keep, gone) => {
  phase = 'Failed'
  await expect(runCronJob('renew', { progress, keep })).rejects.toThrow('last words')
  expect(deleted).toHaveLength(gone)
})

it('each line is told while it runs', async () => {
  phase = 'Running'
  const told: string[] = []
  const log = await runCronJob('renew', { progress: { ...progress, now: (line: string) => told.push(line) } })
  expect([told, log]).toEqual([['first', 'last words'], LOG])
})

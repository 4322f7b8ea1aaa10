import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../scripts/lib/seed/random.ts'
import type { SourceStatus } from '../../scripts/lib/sources/compare.ts'
import { statePath } from '../../scripts/lib/settings.ts'
import { syncedServices } from '../../scripts/lib/sources/services.ts'
import { randomEdits } from '../support/edits.ts'
import { long } from '../support/long.ts'
import {
  dway,
  inTrial,
  resetTrial,
  succeeded,
  trialGit,
  trialKubectl,
  trialPath,
  trialRoot,
} from '../support/trial.ts'

const seed = process.env['DWAY_EDITS_SEED'] ?? String(Date.now())
const count = long ? 100 : 5
/** A pod that is killed has to start, and what Tilt misses is synced again after ten seconds. */
const LIMIT_MS = 90_000

async function check(): Promise<SourceStatus[]> {
  const { exitCode, stdout } = await inTrial('node', [trialPath('scripts/sources.ts'), 'check'])
  return exitCode === 0 ? (JSON.parse(stdout) as SourceStatus[]) : []
}

/** Waits until every pod runs what the working tree holds; code that does not run counts if it is the newest. */
async function untilEqual(what: () => string): Promise<number> {
  const started = performance.now()
  for (;;) {
    const statuses = await check()
    const equal = statuses.filter(({ state, digest, wanted }) => state !== 'unknown' && digest === wanted)
    const all = syncedServices.every(({ name }) => statuses.some(({ service }) => service === name))
    if (
      all &&
      equal.length === statuses.length &&
      statuses.every(({ differences }) => differences.length === 0)
    )
      return performance.now() - started
    if (performance.now() - started > LIMIT_MS)
      throw new Error(`not equal after ${LIMIT_MS / 1000} s: ${JSON.stringify(statuses)}\n${what()}`)
    await sleep(100)
  }
}

async function podOf(service: string): Promise<string> {
  const { stdout } = await trialKubectl(
    ['get', 'pods', '--selector', `app.kubernetes.io/name=${service}`, '--output', 'name'], // prettier-ignore
  )
  return stdout.trim().split('\n').at(-1) ?? ''
}

function tiltProcess(): number {
  for (const entry of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // Not one that only asks something.
      const isTilt = /(^|\/)tilt\0up\0/.test(fs.readFileSync(`/proc/${entry}/cmdline`, 'utf8'))
      if (isTilt && fs.readlinkSync(`/proc/${entry}/cwd`) === trialRoot) return Number(entry)
    } catch {
      // It ended meanwhile, or belongs to another user.
    }
  }
  throw new Error('no Tilt serves the trial bank')
}

/** What ./dway status says of the sources. */
async function status(): Promise<{ exitCode: number; stale: string }> {
  const { exitCode, stdout } = await dway('status', '--json')
  const { sources } = JSON.parse(stdout) as { sources: SourceStatus[] }
  const wrong = sources.filter(({ state }) => state === 'stale' || state === 'unknown')
  return {
    exitCode,
    stale: wrong
      .map(({ service, differences }) => `${service} ${differences.map(({ path }) => path).join()}`)
      .join(),
  }
}

/** What Tilt missed so far, in the words of its row `sources`. */
const missed = () =>
  fs
    .readFileSync(trialPath('.dway/logs/tilt.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('Tilt has missed something'))

/** Waits until Tilt has nothing to do for a service: what it is at is not called stale. */
async function untilIdle(name: string): Promise<void> {
  for (let attempt = 0; attempt < 80 && (await updateStatus(name)) !== 'ok'; attempt += 1) await sleep(250)
}

async function updateStatus(name: string): Promise<string> {
  const path = '{.status.updateStatus}'
  return (await inTrial('tilt', ['get', 'uiresource', name, '--output', `jsonpath=${path}`])).stdout
}

/** The error of a row of Tilt's page, if it is red. */
async function rowError(name: string): Promise<string> {
  const { stdout } = await inTrial('tilt', ['get', 'uiresource', name, '--output', 'json'])
  const { status } = JSON.parse(stdout) as {
    status: { updateStatus: string; buildHistory: { error?: string }[] }
  }
  return status.updateStatus === 'error' ? (status.buildHistory[0]?.error ?? 'without a reason') : ''
}

beforeAll(async () => {
  resetTrial()
  await untilEqual(() => 'at the beginning')
})
afterAll(async () => {
  resetTrial()
  await untilEqual(() => 'at the end')
  succeeded('the bank did not heal', await dway('up'))
})

describe('what runs', () => {
  // Each is waited for as long as it may take, which tells what was not equal: the test's own limit would not.
  const timeout = count * (LIMIT_MS + 10_000)
  it(`is what was written, after ${count} random edits`, { timeout }, async () => {
    console.log(`edits of DWAY_EDITS_SEED=${seed}`)
    const random = seededRandom(`pods ${seed}`)
    const edit = randomEdits(trialRoot, seed, trialGit)
    const done: string[] = []
    const times: number[] = []
    const before = missed().length
    const told = () => `DWAY_EDITS_SEED=${seed}\n${done.join('\n')}`
    for (let index = 0; index < count; index += 1) {
      done.push(`${index + 1}. ${edit()}`)
      fs.writeFileSync(statePath('logs/edits'), told())
      if (random.below(8) === 0) {
        const pod = await podOf(random.pick(['api', 'web', 'proxy']))
        await trialKubectl(['delete', pod, '--wait=false', `--grace-period=${random.pick(['0', '1', '30'])}`])
        done.push(`   kill ${pod}`)
      }
      // Some edits follow each other before anything of the first can run.
      if (random.below(3) === 0 && index < count - 1) await sleep(random.below(400))
      else times.push(await untilEqual(told))
    }
    const sorted = times.toSorted((one, other) => one - other)
    const at = (part: number) => ((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) / 1000).toFixed(1)
    const figures = `equal after ${at(0.5)} s (median), ${at(0.9)} s (9 of 10), ${at(1)} s (worst)`
    console.log(`${count} edits, ${times.length} times waited: ${figures}`)
    for (const line of missed().slice(before)) console.log(line)
    expect(times.length).toBeGreaterThan(0)
  })
})

describe('a suppressed sync', () => {
  const file = 'services/api/src/app.ts'
  const edit = (name = file, text = '// not synced\n') => fs.appendFileSync(trialPath(name), text)
  afterEach(async () => {
    process.kill(tiltProcess(), 'SIGCONT')
    resetTrial()
    await untilEqual(() => 'after a suppressed sync')
  })

  const suppressed = [
    [file, '// not synced\n'],
    ['services/web/src/app.tsx', '// not synced\n'],
    ['services/proxy/conf/gzip.conf', '# not synced\n'],
    ['services/api/src/new-file.ts', 'export {}\n'],
  ] as const
  it.each(long ? suppressed : suppressed.slice(0, 1))(
    'of %s is named while Tilt stands still',
    { timeout: 240_000 },
    async (name, text) => {
      process.kill(tiltProcess(), 'SIGSTOP')
      edit(name, text)
      const { exitCode, stale } = await status()
      expect(exitCode).toBe(1)
      expect(stale).toContain(name)
    },
  )

  it.runIf(long)(
    'is named when a pod begins again with what its image holds',
    { timeout: 240_000 },
    async () => {
      edit()
      await untilEqual(() => 'after an edit')
      process.kill(tiltProcess(), 'SIGSTOP')
      const pod = await podOf('api')
      await trialKubectl(['delete', pod, '--grace-period=1'])
      await trialKubectl(['rollout', 'status', 'deployment/api', '--timeout=60s'])
      const { exitCode, stale } = await status()
      expect(exitCode).toBe(1)
      expect(stale).toContain(file)
    },
  )

  const behind = [
    ['api', '/app/services/api/src/app.ts', file],
    ['web', '/app/services/web/src/app.tsx', 'services/web/src/app.tsx'],
    ['proxy', '/etc/nginx/conf/gzip.conf', 'services/proxy/conf/gzip.conf'],
  ] as const
  it.each(long ? behind : behind.slice(0, 1))(
    'behind Tilt, in %s, is named by status and in Tilt, and then made good',
    // On a quick machine it may be good again before anybody has asked.
    { timeout: 240_000, retry: 2 },
    async (service, place, name) => {
      await untilIdle(service)
      const pod = await podOf(service)
      const sync = ['exec', pod, '--container', service, '--', 'sh', '-c', `echo '# behind' >>${place}`]
      succeeded('the file was not changed', await trialKubectl(sync))
      const { exitCode, stale } = await status()
      expect(exitCode).toBe(1)
      expect(stale).toContain(name)
      for (let attempt = 0; attempt < 80 && (await rowError('sources')) === ''; attempt += 1) await sleep(250)
      expect(await rowError('sources')).not.toBe('')
      expect((await inTrial('tilt', ['logs', 'sources'])).stdout).toContain(name)
      await untilEqual(() => `after a change behind Tilt in ${service}`)
    },
  )

  it.runIf(long)(
    'from before Tilt was started again is named or made good',
    { timeout: 240_000 },
    async () => {
      // The image is that of the original again when Tilt builds it, so the pod stays, with the edit in it.
      edit()
      await untilEqual(() => 'after an edit')
      process.kill(tiltProcess(), 'SIGTERM')
      await sleep(2000)
      resetTrial()
      const { exitCode, stale } = await status()
      expect(exitCode).toBe(1)
      expect(stale).toContain(file)
      succeeded('the bank did not come up again', await dway('up'))
      await untilEqual(() => 'after Tilt was started again')
    },
  )
})

describe('an image', () => {
  it('that could not be built anew is named by status', { timeout: 240_000 }, async () => {
    const file = 'services/redis/Dockerfile'
    fs.appendFileSync(trialPath(file), 'RUN false\n')
    for (let attempt = 0; attempt < 240 && (await rowError('redis')) === ''; attempt += 1) await sleep(250)
    const { exitCode, stdout } = await dway('status')
    expect(exitCode).toBe(1)
    expect(stdout).toContain(`redis runs an image that is older than ${file}`)
    resetTrial()
    for (let attempt = 0; attempt < 240 && (await rowError('redis')) !== ''; attempt += 1) await sleep(250)
    expect((await dway('status')).stdout).not.toContain('redis runs an image')
  })
})

describe('code that does not run', () => {
  const file = 'services/api/src/app.ts'
  const api = async () => (await check()).find(({ service }) => service === 'api')

  it(
    'shows in Tilt and in status as what it is, and the next good save heals it',
    { timeout: 120_000 },
    async () => {
      const good = fs.readFileSync(trialPath(file), 'utf8')
      fs.writeFileSync(trialPath(file), `${good}const = 1\n`)
      await untilEqual(() => 'with a syntax error')
      const line = good.split('\n').length
      expect(await api()).toMatchObject({
        state: 'broken',
        error: expect.stringContaining(`${file}:${line}:7: SyntaxError`) as string,
      })
      for (let attempt = 0; attempt < 40 && (await rowError('api')) === ''; attempt += 1) await sleep(250)
      expect(await rowError('api')).toContain('running-sources')
      expect((await inTrial('tilt', ['logs', 'api'])).stdout).toContain(`${file}:${line}:7: SyntaxError`)
      expect((await dway('status')).stdout).toContain(`api does not run: ${file}:${line}:7: SyntaxError`)

      fs.writeFileSync(trialPath(file), good)
      const saved = performance.now()
      while ((await api())?.state !== 'current') await sleep(50)
      console.log(`healed ${((performance.now() - saved) / 1000).toFixed(1)} s after the next good save`)
      for (let attempt = 0; attempt < 40 && (await rowError('api')) !== ''; attempt += 1) await sleep(250)
      expect(await rowError('api')).toBe('')
      const [restarts] = JSON.parse(
        (
          await trialKubectl([
            'get',
            await podOf('api'),
            '--output',
            'jsonpath={.status.containerStatuses[*].restartCount}',
          ])
        ).stdout.replace(/.*/, '[$&]'),
      ) as number[]
      expect(restarts).toBe(0)
    },
  )

  it(
    'such as a configuration that nginx refuses leaves the one before in place',
    { timeout: 120_000 },
    async () => {
      const conf = 'services/proxy/conf/gzip.conf'
      const good = fs.readFileSync(trialPath(conf), 'utf8')
      fs.writeFileSync(trialPath(conf), `${good}no_such_thing on;\n`)
      for (let attempt = 0; attempt < 80 && (await rowError('proxy')) === ''; attempt += 1) await sleep(250)
      expect(await rowError('proxy')).toContain('load-sources')
      const { exitCode, stdout } = await dway('status')
      expect(exitCode).toBe(1)
      expect(stdout).toContain(`${conf}:${good.split('\n').length}: unknown directive "no_such_thing"`)
      expect(stdout).toMatch(/^proxy .* ready /m)

      fs.writeFileSync(trialPath(conf), good)
      await untilEqual(() => 'after a good configuration')
    },
  )
})

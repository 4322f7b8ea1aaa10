import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killProcess } from '../../scripts/lib/container-process.ts'
import { podsOf } from '../../scripts/lib/pods.ts'
import {
  countElasticsearch,
  followElasticsearch,
  searchElasticsearch,
  withElasticsearch,
} from '../../scripts/lib/logs/elasticsearch.ts'
import { profile } from '../../scripts/lib/profile.ts'
import { readSecret } from '../../scripts/lib/secrets.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import { elkIsReady, plantElk } from '../support/elk.ts'
import { plantWriter } from '../support/numbered-lines.ts'
import { eventually } from '../support/tools.ts'

const LINES = 2000
let run = ''
const ofRun = () => `line.run:"${run}"`

/** The numbers that are missing, and those that are there more than once. */
function judge(numbers: readonly number[], lines: number): { lost: number[]; doubled: number[] } {
  const times = new Map<number, number>()
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1)
  const all = Array.from({ length: lines }, (_, number) => number)
  return {
    lost: all.filter((number) => !times.has(number)),
    doubled: [...times].filter(([, count]) => count > 1).map(([number]) => number),
  }
}

/** The numbers of the run's lines. */
const numbers = () =>
  withElasticsearch(async (store) => {
    const found = await searchElasticsearch(store, { query: ofRun(), limit: 10_000 })
    return found.map((record) => Number(record['n']))
  })

const count = () => withElasticsearch((store) => countElasticsearch(store, ofRun()))

async function killShipper(): Promise<void> {
  for (const pod of await podsOf('log-shipper', 'dwaybank-node')) await killProcess(pod)
}

/** Asks Elasticsearch as somebody; as nobody if no Secret is named. */
async function askAs(secret: string | undefined, path: string, body?: string): Promise<number> {
  const { username = '', password = '' } = secret === undefined ? {} : await readSecret(secret)
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return withElasticsearch(async ({ origin }) => {
    const answer = await fetch(`${origin}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...(secret !== undefined && { authorization }) },
      ...(body !== undefined && { body }),
    })
    await answer.text()
    return answer.status
  })
}

describe.skipIf(profile() !== 'full')('Elasticsearch', () => {
  let takeAway = () => Promise.resolve()
  let remove = () => Promise.resolve()
  beforeAll(async () => {
    takeAway = await plantElk()
    await elkIsReady()
  }, 900_000)
  afterAll(async () => {
    await remove()
    await takeAway()
  }, 180_000)

  it(
    'has each of two thousand lines once, though it is replaced and its shipper killed meanwhile',
    { timeout: 420_000 },
    async () => {
      // A second try leaves nothing of the first.
      await remove()
      ;({ run, remove } = await plantWriter(LINES))
      await eventually(90, async () => (await count()) > 0)
      await killShipper()
      await kubectlBank(['delete', 'pod', 'elasticsearch-0', '--timeout=90s'])
      await kubectlBank(['wait', '--for=create', 'pod/elasticsearch-0', '--timeout=60s'])
      await elkIsReady()
      await eventually(90, async () => (await count()) >= LINES)
      await killShipper()
      // Kubernetes waits before it starts the shipper again, and what is sent twice comes a little later.
      await sleep(15_000)
      await elkIsReady()
      await sleep(5000)
      expect(judge(await numbers(), LINES)).toEqual({ lost: [], doubled: [] })
    },
  )

  it('is asked and followed as ./dway logs does it', async () => {
    const query = `${ofRun()} AND line.n:7 AND kubernetes.pod_namespace:dwaybank`
    await withElasticsearch(async (store) => {
      const [record, ...others] = await searchElasticsearch(store, { query, limit: 10, since: 3_600_000 })
      expect(others).toEqual([])
      expect(record).toMatchObject({ _msg: 'counted', level: 'info', n: '7', run })
      for await (const line of followElasticsearch(store, query, 3_600_000)) {
        expect(line).toEqual(record)
        break
      }
      await expect(searchElasticsearch(store, { query: 'level:(', limit: 1 })).rejects.toThrow(
        /^[^\n]*level:\([^\n]*$/,
      )
    })
  })

  it('lets nobody in without a login, and the shipper neither read nor replace', async () => {
    expect(await askAs(undefined, '/dwaybank-*/_search')).toBe(401)
    expect(await askAs('elasticsearch-login', '/dwaybank-*/_search')).toBe(200)
    expect(await askAs('elasticsearch-shipper', '/dwaybank-*/_search')).toBe(403)
  })

  it('would show a line that is lost or doubled', async () => {
    const day = new Date().toISOString()
    const lines = [
      { create: { _index: `dwaybank-${day.slice(0, 10).replaceAll('-', '.')}`, _id: `planted-${run}` } },
      { '@timestamp': day, message: 'planted', kubernetes: {}, line: { run, n: 7 } },
    ]
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    expect(await askAs('elasticsearch-shipper', '/_bulk', body)).toBe(200)
    await eventually(30, async () => (await count()) > LINES)
    expect(judge(await numbers(), LINES + 1)).toEqual({ lost: [LINES], doubled: [7] })
  })
})

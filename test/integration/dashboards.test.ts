import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { messageOf } from '../../scripts/lib/errors.ts'
import { profile } from '../../scripts/lib/profile.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { dashboards } from '../../services/dashboards/all.ts'
import { charts } from '../../services/dashboards/description.ts'
import { ask, bankHost, origin } from '../support/front-door.ts'
import { parseManifests } from '../../scripts/lib/manifests.ts'
import { askTool, eventually, promql } from '../support/tools.ts'
import { somebodyPays } from '../support/visitor.ts'

/** What counts a month is evaluated every five minutes. */
const SEEN_SECONDS = 330
const BETWEEN_SCRAPES_MS = 20_000

/** Why a panel would show nothing; undefined if it shows something. */
async function emptiness(query: string): Promise<string | undefined> {
  try {
    const samples = await promql(query)
    if (samples.length === 0) return 'an empty answer'
    return samples.every(({ value: [, text] }) => text === 'NaN') ? 'no numbers' : undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** Waits until a query has an answer; says of which panel it is if it never has. */
async function mustShow(where: string, query: string, seconds: number): Promise<void> {
  let why: string | undefined
  try {
    await eventually(seconds, async () => (why = await emptiness(query)) === undefined)
  } catch {
    throw new Error(`${where} shows nothing: ${why} to ${query}`)
  }
}

describe.skipIf(profile() !== 'full')('on the live Prometheus', () => {
  // What began within a scrape doesn't grow yet.
  beforeAll(async () => {
    await somebodyPays()
    await sleep(BETWEEN_SCRAPES_MS)
    await somebodyPays()
  })

  const panels = dashboards.flatMap((dashboard) =>
    charts(dashboard).flatMap(({ title, queries }) =>
      queries.map(({ promql, legend }) => ({ where: `${dashboard.title}, ${title}, ${legend}`, promql })),
    ),
  )
  it.each(panels)('$where shows something', { timeout: (SEEN_SECONDS + 10) * 1000 }, ({ where, promql }) =>
    mustShow(where, promql, SEEN_SECONDS),
  )

  it.each([
    [
      'a metric that nobody has',
      'sum(dwaybank_transfer_total)',
      /^Bank, Transfers shows nothing: an empty answer to sum\(/,
    ],
    ['a query that is none', 'sum(', /^Bank, Transfers shows nothing: .*400.*parse error/],
    ['what is no number', '0 * sum(dwaybank_sessions) / 0', /^Bank, Transfers shows nothing: no numbers to /],
  ])('%s is found out', async (_what, query, said) => {
    await expect(mustShow('Bank, Transfers', query, 1)).rejects.toThrow(said)
  })
})

describe.skipIf(profile() !== 'full')('Perses', () => {
  const ofBank = '/api/v1/projects/dwaybank/dashboards'
  const query = '/proxy/projects/dwaybank/datasources/prometheus/api/v1'

  it('has each of them, as its schemas want it', async () => {
    const { status, text } = await askTool('dashboards', ofBank)
    expect(status).toBe(200)
    const listed = JSON.parse(text) as { metadata: { name: string } }[]
    expect(listed.map(({ metadata }) => metadata.name).sort()).toEqual(
      dashboards.map(({ name }) => name).sort(),
    )
    const asked = JSON.parse((await askTool('dashboards', `${ofBank}/bank`)).text) as {
      spec: Record<string, unknown>
    }
    const check = (spec: unknown) =>
      askTool('dashboards', '/api/validate/dashboards', { method: 'POST', body: { ...asked, spec } })
    expect((await check(asked.spec)).status).toBe(200)
    const wrong = JSON.parse(JSON.stringify(asked.spec).replace('"calculation"', '"calculatoin"')) as unknown
    expect((await check(wrong)).status).toBe(400)
  })

  it('is for looking alone', async () => {
    const project = { kind: 'Project', metadata: { name: 'another' }, spec: { display: { name: 'Another' } } }
    for (const [method, path, body] of [
      ['POST', ofBank, {}],
      ['PUT', `${ofBank}/bank`, {}],
      ['DELETE', `${ofBank}/bank`, undefined],
      ['POST', '/api/v1/projects', project],
    ] as const) {
      const { status, text } = await askTool('dashboards', path, { method, body })
      expect([404, 405], `${method} ${path}: ${text}`).toContain(status)
    }
    expect((await askTool('dashboards', `${ofBank}/bank`)).status).toBe(200)
  })

  it('asks Prometheus for what charts need, and for nothing else', async () => {
    const post = (path: string) => askTool('dashboards', path, { method: 'POST', body: {} })
    expect((await post(`${query}/query?query=up`)).text).toContain('"status":"success"')
    expect((await post(`${query}/admin/tsdb/delete_series?match[]=up`)).status).toBe(403)
    expect((await askTool('dashboards', `${query}/status/config`)).status).toBe(403)
  })

  it('is closed to who has not logged in, all of it', async () => {
    for (const path of ['/', ofBank, '/api/v1/plugins', '/metrics', `${query}/query?query=up`]) {
      expect((await ask(path, { host: `dashboards.${bankHost}` })).status, path).toBe(401)
    }
  })
})

describe.skipIf(profile() !== 'full')('from one tool to another', () => {
  it.each(['dashboards', 'traces'])('%s leads on, and only to tools', async (from) => {
    const { status, headers } = await askTool(from, '/to/traces/zipkin/?serviceName=api')
    expect(status).toBe(302)
    expect(headers.location).toBe(`${origin.replace('//', '//traces.')}/zipkin/?serviceName=api`)
    for (const path of [
      '/to/elsewhere/',
      '/to/traces.example.com/',
      '/to/traces/%0d%0aset-cookie:x=1',
      '/to/traces//@x',
    ]) {
      const answer = await askTool(from, path)
      expect(new URL(answer.headers.location ?? origin).hostname.endsWith(bankHost), path).toBe(true)
      expect(answer.headers['set-cookie'], path).toBeUndefined()
    }
  })

  it('a trace leads to its lines', async () => {
    const { text } = await askTool('traces', '/zipkin/config.json')
    const { logsUrl } = JSON.parse(text) as { logsUrl: string }
    const lines = await askTool('traces', logsUrl.replace(/#.*/, ''))
    expect(lines.status).toBe(302)
    expect(lines.headers.location).toBe(`${origin.replace('//', '//logs.')}/select/vmui/`)
  })
})

describe('Grafana', () => {
  const rendered = async () => {
    const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'grafana-'))
    try {
      fs.cpSync(path.join(root, 'k8s'), copy, { recursive: true })
      const overlay = path.join(copy, 'overlays/dev-full')
      fs.appendFileSync(path.join(overlay, 'kustomization.yaml'), '  - ../../components/grafana\n')
      return parseManifests((await $`kubectl kustomize ${overlay}`).stdout)
    } finally {
      fs.rmSync(copy, { recursive: true })
    }
  }

  it('takes the place of Perses, hardened, with the same dashboards', async () => {
    const objects = await rendered()
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    expect(names.filter((name) => name.includes('perses'))).toEqual([])
    expect(names).toEqual(
      expect.arrayContaining([
        'Deployment/grafana',
        'NetworkPolicy/allow-grafana-to-prometheus-egress',
        'NetworkPolicy/allow-grafana-to-prometheus-ingress',
        'NetworkPolicy/allow-proxy-to-grafana-egress',
        'NetworkPolicy/allow-proxy-to-grafana-ingress',
        'Service/dashboards',
        'ServiceAccount/grafana',
      ]),
    )
    const find = (name: string) => objects.find(({ kind, metadata }) => `${kind}/${metadata.name}` === name)
    expect(find('Service/dashboards')).toMatchObject({
      spec: { selector: { 'app.kubernetes.io/name': 'grafana' } },
    })
    expect(find('Deployment/grafana')).toMatchObject({
      spec: {
        template: {
          spec: {
            automountServiceAccountToken: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1001,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                image: expect.stringMatching(/^grafana\/grafana:[\d.]+@sha256:[0-9a-f]{64}$/) as string,
                securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
              },
            ],
          },
        },
      },
    })
    const files = objects.find(({ metadata }) => metadata.name.startsWith('grafana-dashboards-'))
    const data = files?.['data'] as Record<string, string> | undefined
    expect(Object.keys(data ?? {}).sort()).toEqual(dashboards.map(({ name }) => `${name}.json`).sort())
  })
})

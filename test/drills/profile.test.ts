import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { root } from '../../scripts/lib/settings.ts'
import { $, getJson, kubectlBank, workloadExists } from '../../scripts/lib/shell.ts'
import { ask } from '../support/front-door.ts'
import { long } from '../support/long.ts'
import { foundWithin } from '../support/numbered-lines.ts'
import { valueOf } from '../support/tools.ts'
import { newCustomer } from '../support/visitor.ts'

const up = (profile: 'core' | 'full') => $({ cwd: root })`node scripts/up.ts --profile ${profile}`

afterAll(() => (long ? up('full') : undefined))

it.runIf(long)(
  'the profile core takes away what watches and leaves the rest as it is; full has all of its past again',
  { timeout: 600_000 },
  async () => {
    const { visitor } = await newCustomer()
    const requestId = randomUUID()
    await visitor.ask('/me', { headers: { 'x-request-id': requestId } })
    const line = `requestId:="${requestId}" AND service:=api`
    expect(await foundWithin(20, line, (records) => records.length > 0)).toHaveLength(1)
    const moment = Date.now() / 1000
    const targets = await valueOf(`count(up @ ${moment})`)

    await up('core')
    expect(await workloadExists('statefulset/prometheus')).toBe(false)
    const { items } = await getJson<{ items: { metadata: { name: string } }[] }>([
      'daemonsets',
      '--all-namespaces',
      '--field-selector=metadata.namespace!=kube-system',
    ])
    expect(items.map(({ metadata }) => metadata.name)).toEqual([])
    expect((await ask('/')).status).toBe(200)
    expect((await visitor.ask('/accounts')).status).toBe(200)
    const { stdout: claims } = await kubectlBank(['get', 'pvc', '--output', 'name'])
    expect(claims).toContain('data-prometheus-0')

    await up('full')
    expect((await visitor.ask('/accounts')).status).toBe(200)
    expect(await valueOf(`count(up @ ${moment})`)).toBe(targets)
    expect(await foundWithin(20, line, (records) => records.length > 0)).toHaveLength(1)
  },
)

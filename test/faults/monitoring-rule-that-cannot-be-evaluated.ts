import fs from 'node:fs'
import path from 'node:path'
import { root } from '../../scripts/lib/settings.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change, healAll } from '../support/planted-changes.ts'

const FILE = 'backup.yaml'
const NAME = 'planted-rules'
const container = '/spec/template/spec/containers/0'

/** The rules, and one whose two sides have several series with the same label. */
const rules = () => `${fs.readFileSync(path.join(root, 'services/prometheus/rules', FILE), 'utf8')}
  - name: planted
    interval: 5s
    rules:
      - record: job:planted:sum
        expr: prometheus_http_requests_total + on (job) prometheus_http_requests_total
`

export default {
  breaks: 'a rule cannot be evaluated',
  step: 6,
  in: 'bank',
  finds: { rule: 'rules-are-evaluated', subject: `services/prometheus/rules/${FILE}` },
  plant: async () => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: NAME },
      data: { [FILE]: rules() },
    }
    await kubectlBank(['create', '--filename', '-'], JSON.stringify(object))
    const remove = async () => {
      await kubectlBank(['delete', 'configmap', NAME, '--ignore-not-found'])
    }
    try {
      const heal = await change({ object: 'statefulset/prometheus' }, [
        {
          op: 'add',
          path: '/spec/template/spec/volumes',
          value: [{ name: NAME, configMap: { name: NAME } }],
        },
        {
          op: 'add',
          path: `${container}/volumeMounts/-`,
          value: { name: NAME, mountPath: `/etc/prometheus/rules/${FILE}`, subPath: FILE },
        },
      ])
      return healAll(remove, heal)
    } catch (error) {
      await remove()
      throw error
    }
  },
} satisfies Fault

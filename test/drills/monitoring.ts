import { expect } from 'vitest'
import { imageOf, plantPod } from '../support/planted-pod.ts'
import { valueOf } from '../support/tools.ts'
import type { Drill, Expected } from './drill.ts'
import { plantMetrics } from './planted-metrics.ts'
import { onSmallDisk, statefulSet } from './small-disk.ts'
import { takeAgentAway, takeAway } from './workloads.ts'

export const manySeries: Drill = {
  title: 'a target with more series than it may have',
  alerts: [{ alert: 'HighCardinality', labels: { job: 'drill-series' } }],
  plant: async () => {
    const lines = `Array.from({ length: 6000 }, (_, n) => 'planted{n="' + n + '"} 1')`
    const remove = await plantMetrics('drill-series', 'drill-series', lines)
    return async () => {
      await remove()
      expect(await valueOf('count(planted)'), 'none of them is stored').toBeUndefined()
    }
  },
}

/** VictoriaLogs stops taking lines when less than 10 MiB are free. */
const SMALLER_THAN_IT_KEEPS_FREE_MIB = 8

const missing = (job: string): Expected => ({ alert: 'TargetDown', labels: { job } })

export const watchersGone: Drill = {
  title: 'an exporter, the log store, its agent and the trace store gone',
  alerts: ['redis', 'victorialogs', 'vlagent', 'zipkin'].map(missing),
  plant: async () => {
    const bringAgent = await takeAgentAway()
    const bringOthers = await takeAway(
      'deployment/redis-exporter',
      'statefulset/victorialogs',
      'deployment/zipkin',
    )
    return () => Promise.all([bringAgent(), bringOthers()])
  },
}

// It reads itself alone. Both sides of the rule have several series with the same job.
const small = `cat >/tmp/rules.yaml <<'RULES'
groups:
  - name: drill
    rules:
      - record: job:drill:sum
        expr: prometheus_http_requests_total + on (job) prometheus_http_requests_total
RULES
cat >/tmp/config.yaml <<'CONFIG'
global: { scrape_interval: 1s, evaluation_interval: 5s }
rule_files: [/tmp/rules.yaml]
scrape_configs:
  - job_name: itself
    static_configs: [{ targets: ['localhost:9090'] }]
CONFIG
exec prometheus --config.file=/tmp/config.yaml --storage.tsdb.path=/tmp/data --storage.tsdb.retention.size=100KB
`

export const smallPrometheus: Drill = {
  title: 'a Prometheus with hardly any room and a mistaken rule',
  alerts: [
    { alert: 'PrometheusStorageNearLimit', labels: { job: 'drill-prometheus' }, after: 15 },
    { alert: 'PrometheusRuleFailing', labels: { rule_group: '/tmp/rules.yaml;drill' }, looksBack: 120 },
  ],
  plant: async () =>
    plantPod('drill-prometheus', {
      image: await imageOf('statefulset/prometheus'),
      command: ['sh', '-c', small],
      container: {
        ports: [{ name: 'metrics', containerPort: 9090 }],
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
      },
      spec: { volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }] },
    }),
}

export const fullLogStore: Drill = {
  title: 'a log store whose disk is nearly full',
  alerts: [{ alert: 'LogStoreReadOnly' }, { alert: 'LogLinesWaiting' }],
  plant: async () => {
    const { giveBack } = await onSmallDisk(statefulSet('victorialogs'), SMALLER_THAN_IT_KEEPS_FREE_MIB)
    return giveBack
  },
}

export const noMailbox: Drill = {
  title: 'nobody who takes the mail',
  // The first mail that fails must be due: of the alerts that other drills make fire.
  alerts: [{ alert: 'AlertmanagerNotificationsFailing', after: 60, looksBack: 120 }],
  plant: () => takeAway('deployment/mailbox'),
}

import type { Panel } from './description.ts'

/** What a container takes of what it may take. */
export function saturation(container: string): Panel[] {
  const of = `namespace="dwaybank",container="${container}"`
  return [
    {
      kind: 'timeseries',
      title: 'CPU, of its limit',
      unit: 'ratio',
      width: 12,
      queries: [
        {
          promql: `sum by (pod) (rate(container_cpu_usage_seconds_total{${of}}[5m])) / sum by (pod) (container_spec_cpu_quota{${of}} / container_spec_cpu_period{${of}})`,
          legend: '{{pod}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Memory, of its limit',
      unit: 'ratio',
      width: 12,
      queries: [
        {
          promql: `sum by (pod) (container_memory_working_set_bytes{${of}}) / sum by (pod) (container_spec_memory_limit_bytes{${of}})`,
          legend: '{{pod}}',
        },
      ],
    },
  ]
}

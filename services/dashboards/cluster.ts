import type { Dashboard } from './description.ts'
import { logs } from './links.ts'
import { badFrom } from './thresholds.ts'

const full = badFrom(0.9, 0.75)
const containers = 'namespace="dwaybank",container!=""'

export const cluster: Dashboard = {
  name: 'cluster',
  title: 'Cluster',
  panels: [
    {
      kind: 'links',
      title: 'Look closer',
      width: 24,
      links: [
        logs('errors of all containers', 'level:="error"'),
        { name: 'targets', tool: 'prometheus', path: '/classic/targets' },
      ],
    },
    {
      kind: 'gauge',
      title: "The machine's CPU",
      unit: 'ratio',
      width: 6,
      queries: [
        {
          promql: '1 - avg(rate(node_cpu_seconds_total{job="node",mode="idle"}[5m]))',
          legend: 'busy',
        },
      ],
      thresholds: full,
    },
    {
      kind: 'gauge',
      title: "The machine's memory",
      unit: 'ratio',
      width: 6,
      queries: [
        {
          promql:
            '1 - min(node_memory_MemAvailable_bytes{job="node"} / node_memory_MemTotal_bytes{job="node"})',
          legend: 'taken',
        },
      ],
      thresholds: full,
    },
    {
      kind: 'gauge',
      title: 'The fullest disk',
      unit: 'ratio',
      width: 6,
      queries: [
        {
          promql:
            '1 - min(node_filesystem_avail_bytes{job="node"} / (node_filesystem_size_bytes{job="node"} > 0) and node_filesystem_readonly{job="node"} == 0)',
          legend: 'taken',
        },
      ],
      thresholds: full,
    },
    {
      kind: 'stat',
      title: 'Pods that run',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'sum(kubelet_running_pods)', legend: 'pods' }],
    },
    {
      kind: 'timeseries',
      title: 'CPU by container, of one processor',
      unit: 'ratio',
      width: 12,
      stacked: true,
      queries: [
        {
          promql: `topk(10, sum by (container) (rate(container_cpu_usage_seconds_total{${containers}}[5m])))`,
          legend: '{{container}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Memory by container',
      unit: 'bytes',
      width: 12,
      stacked: true,
      queries: [
        {
          promql: `topk(12, sum by (container) (container_memory_working_set_bytes{${containers}}))`,
          legend: '{{container}}',
        },
      ],
    },
    {
      kind: 'table',
      title: 'Memory, of its limit',
      unit: 'ratio',
      width: 12,
      queries: [
        {
          promql: `topk(10, sum by (pod, container) (container_memory_working_set_bytes{${containers}}) / (sum by (pod, container) (container_spec_memory_limit_bytes{${containers}}) > 0))`,
          legend: '{{pod}} {{container}}',
        },
      ],
      columns: { pod: 'Pod', container: 'Container' },
      value: 'Used',
    },
    {
      kind: 'table',
      title: 'Started again in the last hour',
      unit: 'number',
      width: 12,
      queries: [
        {
          promql:
            'topk(10, sum by (pod, container) (changes(kube_pod_container_status_restarts_total{namespace="dwaybank"}[1h])))',
          legend: '{{pod}} {{container}}',
        },
      ],
      columns: { pod: 'Pod', container: 'Container' },
      value: 'Times',
    },
    {
      kind: 'timeseries',
      title: 'Held back by the CPU limit',
      unit: 'ratio',
      width: 12,
      queries: [
        {
          promql: `topk(10, sum by (container) (rate(container_cpu_cfs_throttled_periods_total{${containers}}[5m])) / sum by (container) (rate(container_cpu_cfs_periods_total{${containers}}[5m])))`,
          legend: '{{container}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Processes wait for the machine',
      unit: 'ratio',
      width: 12,
      queries: [
        {
          promql: 'max(rate(node_pressure_cpu_waiting_seconds_total{job="node"}[5m]))',
          legend: 'for a CPU',
        },
        { promql: 'max(rate(node_pressure_io_waiting_seconds_total{job="node"}[5m]))', legend: 'for a disk' },
        {
          promql: 'max(rate(node_pressure_memory_waiting_seconds_total{job="node"}[5m]))',
          legend: 'for memory',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: "Requests to Kubernetes' API, per second",
      unit: 'requests/s',
      width: 12,
      queries: [
        {
          promql: 'sum by (verb) (rate(apiserver_request_total[5m]))',
          legend: '{{verb}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Parts that Prometheus does not see',
      unit: 'number',
      width: 12,
      queries: [{ promql: 'sum by (job) (1 - up)', legend: '{{job}}' }],
    },
  ],
}

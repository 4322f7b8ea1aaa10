import type { Dashboard } from './description.ts'
import { quantiles } from './durations.ts'
import { linesOf, serverErrors, slowRequests } from './links.ts'
import { saturation } from './pods.ts'
import { badFrom, goodFrom } from './thresholds.ts'

const all = 'sum(rate(http_requests_total{job="api"}[5m]))'
const outcomes = 'sum(rate(http_requests_by_outcome_total{job="api"}[5m]))'
const failed = 'sum(rate(http_requests_by_outcome_total{job="api",outcome="failed"}[5m]))'

export const api: Dashboard = {
  name: 'api',
  title: 'API',
  panels: [
    {
      kind: 'links',
      title: 'Look closer',
      width: 24,
      links: [slowRequests, linesOf('api'), serverErrors],
    },
    {
      kind: 'stat',
      title: 'Processes that answer',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'sum(up{job="api"})', legend: 'processes' }],
      thresholds: goodFrom(1),
    },
    {
      kind: 'stat',
      title: 'Requests',
      unit: 'requests/s',
      width: 6,
      queries: [{ promql: all, legend: 'requests' }],
    },
    {
      kind: 'stat',
      title: 'Failed, of all requests',
      unit: 'ratio',
      width: 6,
      queries: [
        // Of none, none failed.
        { promql: `${failed} / (${outcomes} > 0) or ${outcomes} * 0`, legend: 'answered by 5xx' },
      ],
      thresholds: badFrom(0.0144, 0.001),
    },
    {
      kind: 'stat',
      title: '95 % are answered within',
      unit: 'seconds',
      width: 6,
      queries: quantiles().slice(1, 2) as [ReturnType<typeof quantiles>[number]],
      thresholds: badFrom(0.5, 0.25),
    },
    {
      kind: 'timeseries',
      title: 'Requests by status, per second',
      unit: 'requests/s',
      width: 12,
      stacked: true,
      queries: [
        { promql: 'sum by (status) (rate(http_requests_total{job="api"}[5m]))', legend: '{{status}}' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'How long requests take',
      unit: 'seconds',
      width: 12,
      queries: quantiles(),
    },
    {
      kind: 'timeseries',
      title: 'The ten busiest routes, per second',
      unit: 'requests/s',
      width: 12,
      queries: [
        {
          promql: 'topk(10, sum by (method, route) (rate(http_requests_total{job="api"}[5m])))',
          legend: '{{method}} {{route}}',
        },
      ],
    },
    {
      kind: 'table',
      title: 'Slower than 0.5 s in the last hour',
      unit: 'number',
      width: 12,
      queries: [
        {
          promql:
            'topk(10, round(sum by (method, route) (increase(http_request_duration_seconds_count{job="api"}[1h])) - sum by (method, route) (increase(http_request_duration_seconds_bucket{job="api",le="0.5"}[1h]))))',
          legend: '{{method}} {{route}}',
        },
      ],
      columns: { method: 'Method', route: 'Route' },
      value: 'Slow requests',
    },
    {
      kind: 'timeseries',
      title: 'Connections to PostgreSQL',
      unit: 'number',
      width: 12,
      queries: [
        { promql: 'sum(pg_pool_in_use{job="api"})', legend: 'in use' },
        { promql: 'sum(pg_pool_idle{job="api"})', legend: 'idle' },
        { promql: 'sum(pg_pool_waiting{job="api"})', legend: 'waited for' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'The event loop is late by',
      unit: 'seconds',
      width: 12,
      queries: [
        { promql: 'max by (pod) (nodejs_eventloop_lag_p99_seconds{job="api"})', legend: '{{pod}}, 99 %' },
        { promql: 'max by (pod) (nodejs_eventloop_lag_p50_seconds{job="api"})', legend: '{{pod}}, half' },
      ],
    },
    ...saturation('api'),
    {
      kind: 'timeseries',
      title: 'Heap of JavaScript',
      unit: 'bytes',
      width: 12,
      queries: [
        { promql: 'max by (pod) (nodejs_heap_size_used_bytes{job="api"})', legend: '{{pod}}, used' },
        { promql: 'max by (pod) (nodejs_heap_size_total_bytes{job="api"})', legend: '{{pod}}, reserved' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Time spent collecting garbage',
      unit: 'ratio',
      width: 12,
      queries: [
        {
          promql: 'sum by (kind) (rate(nodejs_gc_duration_seconds_sum{job="api"}[5m]))',
          legend: '{{kind}}',
        },
      ],
    },
  ],
}

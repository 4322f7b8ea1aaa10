import type { Dashboard, Query } from './description.ts'
import { serverErrors, slowRequests } from './links.ts'
import { goodFrom } from './thresholds.ts'

const budget = goodFrom(0.25, 0)

/** How fast a month's budget is spent: at 1 it lasts exactly that long. */
const burn = (ratio: string, allowed: number): Query[] =>
  ['5m', '1h', '6h', '3d'].map((window) => ({
    // Where nobody asks nothing is spent.
    promql: `sum(job:${ratio}:ratio_rate${window}) / ${allowed} or sum(job:http_requests:rate1m) * 0`,
    legend: window,
  }))

export const slo: Dashboard = {
  name: 'slo',
  title: 'Service levels',
  panels: [
    {
      kind: 'links',
      title: 'Look closer',
      width: 24,
      links: [slowRequests, serverErrors, { name: 'alerts', tool: 'prometheus', path: '/classic/alerts' }],
    },
    {
      kind: 'stat',
      title: 'Budget for failures left',
      unit: 'ratio',
      width: 6,
      queries: [{ promql: 'job:http_request_failures_budget_left:ratio_rate30d', legend: '0.1 % may fail' }],
      thresholds: budget,
    },
    {
      kind: 'stat',
      title: 'Budget for slowness left',
      unit: 'ratio',
      width: 6,
      queries: [{ promql: 'job:slow_http_requests_budget_left:ratio_rate30d', legend: '1 % may be slow' }],
      thresholds: budget,
    },
    {
      kind: 'stat',
      title: 'Not failed, 30 days',
      unit: 'ratio',
      width: 6,
      queries: [
        { promql: '1 - job:http_request_failures_per_requests:ratio_rate30d', legend: 'objective 99.9 %' },
      ],
      thresholds: goodFrom(0.999),
    },
    {
      kind: 'stat',
      title: 'Within 0.5 s, 30 days',
      unit: 'ratio',
      width: 6,
      queries: [
        { promql: '1 - job:slow_http_requests_per_requests:ratio_rate30d', legend: 'objective 99 %' },
      ],
      thresholds: goodFrom(0.99),
    },
    {
      kind: 'timeseries',
      title: 'How fast failures spend their budget',
      unit: 'number',
      width: 12,
      queries: burn('http_request_failures_per_requests', 0.001),
    },
    {
      kind: 'timeseries',
      title: 'How fast slow requests spend their budget',
      unit: 'number',
      width: 12,
      queries: burn('slow_http_requests_per_requests', 0.01),
    },
    {
      kind: 'timeseries',
      title: 'Requests that count, per second',
      unit: 'requests/s',
      width: 12,
      queries: [
        { promql: 'sum(job:http_requests:rate1m)', legend: 'all' },
        { promql: 'sum(job:http_request_failures:rate1m)', legend: 'failed' },
        {
          promql:
            'sum(job:http_request_duration_seconds_count:rate1m) - sum(job:http_request_duration_seconds_in_time:rate1m)',
          legend: 'slow',
        },
      ],
    },
    {
      kind: 'table',
      title: 'Alerts that fire',
      unit: 'number',
      width: 12,
      queries: [
        {
          promql: 'count by (alertname, severity, service) (ALERTS{alertstate="firing"})',
          legend: '{{alertname}}',
        },
      ],
      columns: { alertname: 'Alert', severity: 'Severity', service: 'Service' },
      value: 'How many',
    },
  ],
}

import type { Dashboard } from './description.ts'
import { linesOf, logs, slowRequests } from './links.ts'
import { saturation } from './pods.ts'
import { goodFrom } from './thresholds.ts'

export const proxy: Dashboard = {
  name: 'proxy',
  title: 'Proxy',
  panels: [
    {
      kind: 'links',
      title: 'Look closer',
      width: 24,
      links: [
        slowRequests,
        linesOf('proxy'),
        logs('answers of 500 and above', 'kubernetes.container_name:="proxy" status:>=500'),
      ],
    },
    {
      kind: 'stat',
      title: 'The page opens',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'min(probe_success{job="front-door"})', legend: '1 is yes' }],
      thresholds: goodFrom(1),
    },
    {
      kind: 'stat',
      title: 'The certificate is good for',
      unit: 'days',
      width: 6,
      queries: [
        {
          promql: 'min(probe_ssl_earliest_cert_expiry{job="front-door"} - time()) / 86400',
          legend: 'left',
        },
      ],
      thresholds: goodFrom(14, 7),
    },
    {
      kind: 'stat',
      title: 'Proxies that answer',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'sum(nginx_up)', legend: 'proxies' }],
      thresholds: goodFrom(1),
    },
    {
      kind: 'stat',
      title: 'Open connections',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'sum(nginx_connections_active)', legend: 'connections' }],
    },
    {
      kind: 'timeseries',
      title: 'Requests, per second',
      unit: 'requests/s',
      width: 12,
      queries: [
        { promql: 'sum by (pod) (rate(nginx_http_requests_total[5m]))', legend: '{{pod}}' },
        { promql: 'sum(rate(http_requests_total{job="api"}[5m]))', legend: 'of these, to the api' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Connections by what they do',
      unit: 'number',
      width: 12,
      stacked: true,
      queries: ['reading', 'writing', 'waiting'].map((what) => ({
        promql: `sum(nginx_connections_${what})`,
        legend: what,
      })),
    },
    {
      kind: 'timeseries',
      title: 'New connections, per second',
      unit: 'operations/s',
      width: 12,
      queries: [
        { promql: 'sum(rate(nginx_connections_accepted[5m]))', legend: 'accepted' },
        {
          promql: 'sum(rate(nginx_connections_accepted[5m]) - rate(nginx_connections_handled[5m]))',
          legend: 'dropped',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'How long the page takes to open',
      unit: 'seconds',
      width: 12,
      stacked: true,
      queries: [
        {
          promql: 'max by (phase) (probe_http_duration_seconds{job="front-door"})',
          legend: '{{phase}}',
        },
      ],
    },
    ...saturation('proxy'),
  ],
}

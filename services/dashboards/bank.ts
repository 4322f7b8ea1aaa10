import type { Dashboard } from './description.ts'
import { quantiles } from './durations.ts'
import { logs, slowRequests } from './links.ts'
import { badFrom } from './thresholds.ts'

const bookings = ',method="POST",route="/api/transfers"'

export const bank: Dashboard = {
  name: 'bank',
  title: 'Bank',
  panels: [
    {
      kind: 'links',
      title: 'Look closer',
      width: 24,
      links: [
        slowRequests,
        logs('refused logins', 'kubernetes.container_name:="api" req.url:="/api/login" res.statusCode:>=400'),
        logs('errors', 'level:="error"'),
      ],
    },
    {
      kind: 'stat',
      title: 'Sum of balances, minor units',
      unit: 'number',
      width: 6,
      queries: [
        {
          promql: 'max by (currency) (abs(dwaybank_ledger_imbalance_minor_units))',
          legend: '{{currency}}',
        },
      ],
      thresholds: badFrom(1),
    },
    {
      kind: 'stat',
      title: 'Since the books were checked',
      unit: 'seconds',
      width: 6,
      queries: [{ promql: 'time() - max(dwaybank_ledger_check_timestamp_seconds)', legend: 'last check' }],
      thresholds: badFrom(180, 60),
    },
    {
      kind: 'stat',
      title: 'Open sessions',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'max(dwaybank_sessions)', legend: 'sessions' }],
    },
    {
      kind: 'stat',
      title: 'Booked in the last hour',
      unit: 'number',
      width: 6,
      queries: [
        {
          promql: 'round(sum(increase(dwaybank_transfers_total{outcome="booked"}[1h])))',
          legend: 'transfers and reversals',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Transfers and reversals, per second',
      unit: 'operations/s',
      width: 12,
      queries: [{ promql: 'sum by (outcome) (rate(dwaybank_transfers_total[5m]))', legend: '{{outcome}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Logins, per second',
      unit: 'operations/s',
      width: 12,
      queries: [{ promql: 'sum by (outcome) (rate(dwaybank_logins_total[5m]))', legend: '{{outcome}}' }],
    },
    {
      kind: 'timeseries',
      title: 'How long a transfer takes',
      unit: 'seconds',
      width: 12,
      queries: quantiles(bookings),
    },
    {
      kind: 'timeseries',
      title: 'Transfers tried again after a conflict, per second',
      unit: 'operations/s',
      width: 12,
      queries: [{ promql: 'sum(rate(dwaybank_transfer_retries_total[5m]))', legend: 'tried again' }],
    },
  ],
}

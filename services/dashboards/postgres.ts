import type { Dashboard } from './description.ts'
import { linesOf } from './links.ts'
import { saturation } from './pods.ts'
import { badFrom, goodFrom } from './thresholds.ts'

const of = 'datname="dwaybank"'

export const postgres: Dashboard = {
  name: 'postgres',
  title: 'PostgreSQL',
  panels: [
    { kind: 'links', title: 'Look closer', width: 24, links: [linesOf('postgres')] },
    {
      kind: 'stat',
      title: 'Answers',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'max(pg_up)', legend: '1 is yes' }],
      thresholds: goodFrom(1),
    },
    {
      kind: 'gauge',
      title: 'Connections, of the most it takes',
      unit: 'ratio',
      width: 6,
      queries: [
        {
          promql: 'sum(pg_stat_database_numbackends) / max(pg_settings_max_connections)',
          legend: 'connections',
        },
      ],
      thresholds: badFrom(0.8, 0.6),
    },
    {
      kind: 'gauge',
      title: 'Blocks found in memory',
      unit: 'ratio',
      width: 6,
      queries: [
        {
          promql: `sum(rate(pg_stat_database_blks_hit{${of}}[5m])) / sum(rate(pg_stat_database_blks_hit{${of}}[5m]) + rate(pg_stat_database_blks_read{${of}}[5m]))`,
          legend: 'found',
        },
      ],
      thresholds: goodFrom(0.99, 0.9),
    },
    {
      kind: 'stat',
      title: 'Size of the database',
      unit: 'bytes',
      width: 6,
      queries: [{ promql: `max(pg_database_size_bytes{${of}})`, legend: 'dwaybank' }],
    },
    {
      kind: 'timeseries',
      title: 'Transactions, per second',
      unit: 'operations/s',
      width: 12,
      queries: [
        { promql: `sum(rate(pg_stat_database_xact_commit{${of}}[5m]))`, legend: 'committed' },
        { promql: `sum(rate(pg_stat_database_xact_rollback{${of}}[5m]))`, legend: 'rolled back' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Rows, per second',
      unit: 'rows/s',
      width: 12,
      queries: ['fetched', 'inserted', 'updated', 'deleted'].map((what) => ({
        promql: `sum(rate(pg_stat_database_tup_${what}{${of}}[5m]))`,
        legend: what,
      })),
    },
    {
      kind: 'timeseries',
      title: 'Connections by what they do',
      unit: 'number',
      width: 12,
      stacked: true,
      queries: [
        {
          promql: `sum by (state) (pg_stat_activity_count{${of},state=~"active|idle|idle in transaction.*"})`,
          legend: '{{state}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'The oldest transaction is open for',
      unit: 'seconds',
      width: 12,
      queries: [
        {
          promql: `max by (usename) (pg_stat_activity_max_tx_duration{${of},usename!=""})`,
          legend: '{{usename}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Locks held or waited for',
      unit: 'number',
      width: 12,
      queries: [{ promql: `sum by (mode) (pg_locks_count{${of}})`, legend: '{{mode}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Deadlocks, per second',
      unit: 'operations/s',
      width: 12,
      queries: [{ promql: `sum(rate(pg_stat_database_deadlocks{${of}}[5m]))`, legend: 'deadlocks' }],
    },
    {
      kind: 'stat',
      title: 'The newest backup ended before',
      unit: 'seconds',
      width: 8,
      queries: [{ promql: 'time() - max(pgbackrest_backup_ended_seconds)', legend: 'any type' }],
      thresholds: badFrom(26 * 3600),
    },
    {
      kind: 'stat',
      title: 'Size of the database in the newest backup',
      unit: 'bytes',
      width: 8,
      queries: [{ promql: 'max by (type) (pgbackrest_backup_bytes)', legend: '{{type}}' }],
    },
    {
      kind: 'stat',
      title: 'Size of all backups in the store',
      unit: 'bytes',
      width: 8,
      queries: [{ promql: 'sum(pgbackrest_backup_stored_bytes)', legend: 'backups' }],
    },
    ...saturation('postgres'),
  ],
}

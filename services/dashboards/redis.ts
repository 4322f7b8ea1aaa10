import type { Dashboard } from './description.ts'
import { linesOf } from './links.ts'
import { saturation } from './pods.ts'
import { badFrom, goodFrom } from './thresholds.ts'

export const redis: Dashboard = {
  name: 'redis',
  title: 'Redis',
  panels: [
    { kind: 'links', title: 'Look closer', width: 24, links: [linesOf('redis')] },
    {
      kind: 'stat',
      title: 'Answers',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'max(redis_up)', legend: '1 is yes' }],
      thresholds: goodFrom(1),
    },
    {
      kind: 'stat',
      title: 'Writes to its disk',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'min(redis_aof_last_write_status)', legend: '1 is yes' }],
      thresholds: goodFrom(1),
    },
    {
      kind: 'gauge',
      title: 'Memory, of maxmemory',
      unit: 'ratio',
      width: 6,
      queries: [{ promql: 'max(redis_memory_used_bytes / (redis_memory_max_bytes > 0))', legend: 'used' }],
      thresholds: badFrom(0.9, 0.75),
    },
    {
      kind: 'stat',
      title: 'Keys',
      unit: 'number',
      width: 6,
      queries: [{ promql: 'sum(redis_db_keys)', legend: 'keys' }],
    },
    {
      kind: 'timeseries',
      title: 'Commands, per second',
      unit: 'operations/s',
      width: 12,
      queries: [{ promql: 'topk(10, sum by (cmd) (rate(redis_commands_total[5m])))', legend: '{{cmd}}' }],
    },
    {
      kind: 'timeseries',
      title: 'How long a command takes',
      unit: 'seconds',
      width: 12,
      queries: [
        {
          promql:
            'topk(10, sum by (cmd) (rate(redis_commands_duration_seconds_total[5m])) / (sum by (cmd) (rate(redis_commands_total[5m])) > 0))',
          legend: '{{cmd}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Keys found, and not, per second',
      unit: 'operations/s',
      width: 12,
      queries: [
        { promql: 'sum(rate(redis_keyspace_hits_total[5m]))', legend: 'found' },
        { promql: 'sum(rate(redis_keyspace_misses_total[5m]))', legend: 'not there' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Keys that went, per second',
      unit: 'operations/s',
      width: 12,
      queries: [
        { promql: 'sum(rate(redis_expired_keys_total[5m]))', legend: 'expired' },
        { promql: 'sum(rate(redis_evicted_keys_total[5m]))', legend: 'evicted for want of memory' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Memory',
      unit: 'bytes',
      width: 12,
      queries: [
        { promql: 'max(redis_memory_used_bytes)', legend: 'used' },
        { promql: 'max(redis_memory_used_rss_bytes)', legend: 'resident' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Clients',
      unit: 'number',
      width: 12,
      queries: [
        { promql: 'sum(redis_connected_clients)', legend: 'connected' },
        { promql: 'sum(redis_blocked_clients)', legend: 'blocked' },
      ],
    },
    ...saturation('redis'),
  ],
}

import type { Link } from './description.ts'

/** A search in the log store for what was logged in the last hour: its page takes times in a form of its own alone. */
export const logs = (name: string, query: string): Link => ({
  name,
  tool: 'logs',
  path: `/select/vmui/#/?query=${encodeURIComponent(query)}&g0.relative_time=last_1_hour`,
})

/** The slowest traced requests, slower than half a second: where the objective begins to be missed. */
export const slowRequests: Link = {
  name: 'slow requests',
  tool: 'traces',
  path: '/zipkin/?serviceName=api&minDuration=500ms&lookback=range&startTs=START&endTs=END&limit=50',
}

/** What a container logged. */
export const linesOf = (container: string) =>
  logs(`lines of ${container}`, `kubernetes.container_name:="${container}"`)

export const serverErrors = logs(
  'answers of 500 and above',
  'kubernetes.container_name:="api" res.statusCode:>=500',
)

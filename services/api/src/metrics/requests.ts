import { Counter, Histogram, type Registry } from '@prometheus-io/client'

export interface AnsweredRequest {
  method: string
  /** The route's pattern, never the path, so that labels stay few. */
  route: string
  status: number
  seconds: number
}

/** Anybody may ask with any method that Node.js knows, and it knows some thirty: only those in use are labels. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Makes the metrics of HTTP, and returns what counts an answered request in them. */
export function requestMetrics(register: Registry): (request: AnsweredRequest) => void {
  const registers = [register]
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by method, route and status; probes and scrapes are left out.',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const outcomes = new Counter({
    name: 'http_requests_by_outcome_total',
    help: 'Requests answered, failed by a 5xx or served; probes and scrapes are left out.',
    labelNames: ['outcome'],
    registers,
  })
  // From zero on: nobody can see a series grow that begins with its first event.
  for (const outcome of ['failed', 'served']) outcomes.inc({ outcome }, 0)
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to answer, by method and route; probes and scrapes are left out.',
    labelNames: ['method', 'route'],
    // 0.5 is where a request begins to be too slow.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  return ({ method: asked, route, status, seconds }) => {
    const method = METHODS.has(asked) ? asked : 'other'
    requests.inc({ method, route, status: String(status) })
    outcomes.inc({ outcome: status >= 500 ? 'failed' : 'served' })
    durations.observe({ method, route }, seconds)
  }
}

/** The parts of the bank itself; what watches them answers for itself by these. */
export const services = ['proxy', 'web', 'api', 'postgres', 'redis'] as const
export type Service = (typeof services)[number]

export const signals = ['metrics', 'logs', 'traces', 'state'] as const
export type Signal = (typeof signals)[number]

/**
 * What a run does, and a cell's telemetry tells of: somebody new moves money; somebody opens the page; somebody lists
 * accounts again and again; a statement fails in PostgreSQL; a script writes into the log of Redis.
 */
export type Act = 'transfer' | 'page' | 'requests' | 'statement' | 'script'

/** What a span must be like; what isn't given doesn't matter. */
export interface SpanPattern {
  service?: string
  kind?: 'SERVER' | 'CLIENT'
  name?: RegExp
  /** Which store was asked. */
  system?: 'postgresql' | 'redis'
  /** Whose step it belongs to: the proxy's has the first half of the trace's id. */
  parent?: 'proxy'
}

/** How a cell is looked at. MARK in a query stands for what the run alone has written. */
export type Proof =
  | { kind: 'counter'; promql: string; atLeast: number }
  | { kind: 'state'; promql: string; atLeast: number }
  | { kind: 'line'; logsql: string }
  /** Of these lines, one has the trace's id. */
  | { kind: 'traced line'; logsql: string }
  /**
   * The trace has such a span. Where no request was sampled, or no span arrived, the one cell that answers for it fails;
   * the others have nothing to look at.
   */
  | { kind: 'span'; span: SpanPattern; answersFor?: 'the sample' | 'all spans' }

export interface Cell {
  service: Service
  signal: Signal
  /** For what is between two services, or two signals. */
  edge?: string
  /** What must be so. */
  what: string
  /** What it must be so of. */
  after: Act
  how: Proof
}

/** A signal that a service does not give. */
export interface Absence {
  service: Service
  signal: Signal
  why: string
}

/** The cell as a check is called. */
export const nameOf = ({ service, signal, edge }: Cell) =>
  `${service} ${signal}${edge === undefined ? '' : `: ${edge}`}`

const inContainer = (container: Service, filter: string) =>
  `kubernetes.container_name:="${container}" ${filter}`
const ofRequest = (container: Service) => inContainer(container, 'requestId:="MARK"')

/** What the cluster says of a service, whatever that itself says. */
const stateOf = (service: Service): Cell => ({
  service,
  signal: 'state',
  what: 'the cluster says that a container of it is ready',
  after: 'requests',
  how: {
    kind: 'state',
    promql: `sum(kube_pod_container_status_ready{namespace="dwaybank",container="${service}"})`,
    atLeast: 1,
  },
})

export const contract: readonly Cell[] = [
  ...services.map(stateOf),
  {
    service: 'proxy',
    signal: 'metrics',
    what: 'nginx counts every request',
    after: 'transfer',
    how: { kind: 'counter', promql: 'sum(nginx_http_requests_total)', atLeast: 5 },
  },
  {
    service: 'api',
    signal: 'metrics',
    what: 'a transfer is counted by its outcome',
    after: 'transfer',
    how: { kind: 'counter', promql: 'sum(dwaybank_transfers_total{outcome="booked"})', atLeast: 1 },
  },
  {
    service: 'postgres',
    signal: 'metrics',
    what: 'the rows of customer, accounts and transfer are counted',
    after: 'transfer',
    how: {
      kind: 'counter',
      promql: 'sum(pg_stat_database_tup_inserted{datname="dwaybank"})',
      atLeast: 4,
    },
  },
  {
    service: 'redis',
    signal: 'metrics',
    what: 'looking up a session is counted by its command',
    after: 'transfer',
    how: { kind: 'counter', promql: 'sum(redis_commands_total{cmd="getex"})', atLeast: 3 },
  },
  {
    service: 'proxy',
    signal: 'logs',
    what: 'a request is found by its id',
    after: 'requests',
    how: { kind: 'line', logsql: ofRequest('proxy') },
  },
  {
    service: 'web',
    signal: 'logs',
    what: 'a request for the page is found by its id',
    after: 'page',
    how: { kind: 'line', logsql: ofRequest('web') },
  },
  {
    service: 'api',
    signal: 'logs',
    what: 'a request is found by its id',
    after: 'requests',
    how: { kind: 'line', logsql: ofRequest('api') },
  },
  {
    service: 'postgres',
    signal: 'logs',
    what: 'a statement that fails is found by what is wrong with it',
    after: 'statement',
    how: { kind: 'line', logsql: inContainer('postgres', 'ERROR "MARK"') },
  },
  {
    service: 'redis',
    signal: 'logs',
    what: 'what a script logs is found',
    after: 'script',
    how: { kind: 'line', logsql: inContainer('redis', '"MARK"') },
  },
  {
    service: 'proxy',
    signal: 'traces',
    edge: 'proxy → api',
    what: "the api's part belongs to the step that the proxy began",
    after: 'requests',
    how: { kind: 'span', span: { service: 'api', parent: 'proxy' }, answersFor: 'the sample' },
  },
  {
    service: 'api',
    signal: 'traces',
    what: 'a request of the sample is in Zipkin by its route',
    after: 'requests',
    how: {
      kind: 'span',
      span: { service: 'api', kind: 'SERVER', name: /^get \/api\/accounts$/ },
      answersFor: 'all spans',
    },
  },
  {
    service: 'postgres',
    signal: 'traces',
    edge: 'api → postgres',
    what: 'the trace has what the api asked of PostgreSQL',
    after: 'requests',
    how: { kind: 'span', span: { service: 'api', kind: 'CLIENT', system: 'postgresql' } },
  },
  {
    service: 'redis',
    signal: 'traces',
    edge: 'api → redis',
    what: 'the trace has what the api asked of Redis',
    after: 'requests',
    how: { kind: 'span', span: { service: 'api', kind: 'CLIENT', system: 'redis' } },
  },
  {
    service: 'proxy',
    signal: 'logs',
    edge: 'logs ↔ traces',
    what: "a sampled request's line has the id of its trace",
    after: 'requests',
    how: { kind: 'traced line', logsql: ofRequest('proxy') },
  },
  {
    service: 'api',
    signal: 'logs',
    edge: 'logs ↔ traces',
    what: "a sampled request's line has the id of its trace",
    after: 'requests',
    how: { kind: 'traced line', logsql: ofRequest('api') },
  },
]

export const absences: readonly Absence[] = [
  {
    service: 'web',
    signal: 'metrics',
    why: 'It serves files and decides nothing; what it is asked is counted by the proxy in front of it.',
  },
  {
    service: 'web',
    signal: 'traces',
    why: 'The proxy begins traces of requests to the api alone; a file has no steps that could be slow.',
  },
]

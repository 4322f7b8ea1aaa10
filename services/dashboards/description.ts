/** What a number is of; each renderer knows how its tool calls it. */
export type Unit =
  | 'seconds'
  | 'days'
  | 'bytes'
  | 'requests/s'
  | 'operations/s'
  | 'rows/s'
  /** 1 is all of it, and is shown as 100 %. */
  | 'ratio'
  /** Minor units of money too: an amount is never rounded. */
  | 'number'

export type Level = 'good' | 'warning' | 'bad'

/** A value has the level of the last step that it reaches, or that of the base. */
export interface Thresholds {
  base: Level
  steps: readonly { from: number; level: Level }[]
}

export interface Query {
  promql: string
  /** How a series is called; {{label}} stands for that label's value. */
  legend: string
}

/** Of 24, in a row that goes on until it is full. */
export type Width = 4 | 6 | 8 | 12 | 16 | 24

interface Titled {
  title: string
  width: Width
}

export interface Timeseries extends Titled {
  kind: 'timeseries'
  unit: Unit
  queries: readonly Query[]
  /** Series on top of each other, where their sum means something. */
  stacked?: boolean
}

export interface Stat extends Titled {
  kind: 'stat'
  unit: Unit
  queries: readonly [Query]
  thresholds?: Thresholds
}

/** Of a ratio: how full something is. */
export interface Gauge extends Titled {
  kind: 'gauge'
  unit: 'ratio'
  queries: readonly [Query]
  thresholds: Thresholds
}

/** What is so at the end of the time that is looked at, the greatest value first. */
export interface Table extends Titled {
  kind: 'table'
  unit: Unit
  queries: readonly [Query]
  /** The head of a label's column. Labels that aren't here are not shown. */
  columns: Readonly<Record<string, string>>
  /** The head of the value's column. */
  value: string
}

/** Into another tool. START and END in the path stand for the time that is looked at, in milliseconds. */
export interface Link {
  name: string
  tool: 'traces' | 'logs' | 'prometheus'
  path: string
}

export interface Links extends Titled {
  kind: 'links'
  links: readonly Link[]
}

export type Chart = Timeseries | Stat | Gauge | Table
export type Panel = Chart | Links

export interface Dashboard {
  /** Its name in addresses. */
  name: string
  title: string
  panels: readonly Panel[]
}

/** The panels that ask Prometheus. */
export const charts = ({ panels }: Dashboard): Chart[] => panels.filter((panel) => panel.kind !== 'links')

/** Where the proxy takes a link of any tool's page on to another tool, which is at a name of its own. */
export const addressOf = ({ tool, path }: Link) => `/to/${tool}${path}`

import {
  addressOf,
  type Chart,
  type Dashboard,
  type Level,
  type Links,
  type Panel,
  type Query,
  type Thresholds,
  type Unit,
} from './description.ts'
import { place } from './layout.ts'

export const PROJECT = 'dwaybank'
const PROMETHEUS = 'http://prometheus:9090'

/** Of rules/ in services/prometheus: with another one, points would be missing or doubled. */
const SCRAPE_INTERVAL = '15s'

const FORMATS: Readonly<Record<Unit, object>> = {
  seconds: { unit: 'seconds', decimalPlaces: 1 },
  days: { unit: 'days', decimalPlaces: 0 },
  bytes: { unit: 'bytes', shortValues: true },
  'requests/s': { unit: 'requests/sec', decimalPlaces: 2 },
  'operations/s': { unit: 'ops/sec', decimalPlaces: 2 },
  'rows/s': { unit: 'rows/sec', decimalPlaces: 1 },
  ratio: { unit: 'percent-decimal', decimalPlaces: 2 },
  number: { unit: 'decimal' },
}

/** At each number of an axis a rate would take the room of the curves: the title says it. */
const axisOf = (unit: Unit) =>
  unit.endsWith('s/s')
    ? { format: { unit: 'decimal', shortValues: true }, min: 0 }
    : { format: FORMATS[unit], min: 0 }

const COLORS: Readonly<Record<Level, string>> = { good: '#2e8b57', warning: '#e0a100', bad: '#c62828' }

const thresholdsOf = ({ base, steps }: Thresholds) => ({
  mode: 'absolute',
  defaultColor: COLORS[base],
  steps: steps.map(({ from, level }) => ({ value: from, color: COLORS[level] })),
})

/** Links in the page's text; variables of Perses stand for the time that is looked at. */
const textOf = ({ links }: Links) =>
  links
    .map((link) => [link.name, addressOf(link).replace('START', '$__from').replace('END', '$__to')])
    .map(([name, address]) => `[${name}](${address})`)
    .join(' · ')

function pluginOf(panel: Panel): { kind: string; spec: object } {
  switch (panel.kind) {
    case 'links':
      return { kind: 'Markdown', spec: { text: textOf(panel) } }
    case 'timeseries':
      return {
        kind: 'TimeSeriesChart',
        spec: {
          legend: { position: 'bottom', mode: 'list' },
          yAxis: axisOf(panel.unit),
          visual: panel.stacked
            ? { stack: 'all', areaOpacity: 0.3, lineWidth: 1 }
            : { areaOpacity: 0.1, lineWidth: 1.5 },
        },
      }
    case 'stat':
      return {
        kind: 'StatChart',
        spec: {
          calculation: 'last-number',
          format: FORMATS[panel.unit],
          ...(panel.thresholds && { thresholds: thresholdsOf(panel.thresholds) }),
        },
      }
    case 'gauge':
      return {
        kind: 'GaugeChart',
        spec: {
          calculation: 'last-number',
          format: FORMATS[panel.unit],
          max: 1,
          thresholds: thresholdsOf(panel.thresholds),
        },
      }
    case 'table':
      return {
        kind: 'Table',
        spec: {
          density: 'compact',
          defaultColumnWidth: 'auto',
          columnSettings: [
            { name: 'timestamp', hide: true },
            ...Object.entries(panel.columns).map(([name, header]) => ({ name, header })),
            {
              name: 'value',
              header: panel.value,
              format: FORMATS[panel.unit],
              align: 'right',
              width: 120,
              enableSorting: true,
              sort: 'desc',
            },
          ],
        },
      }
  }
}

const queryOf = ({ promql, legend }: Query) => ({
  kind: 'TimeSeriesQuery',
  spec: { plugin: { kind: 'PrometheusTimeSeriesQuery', spec: { query: promql, seriesNameFormat: legend } } },
})

const queriesOf = (panel: Panel) =>
  panel.kind === 'links' ? {} : { queries: (panel satisfies Chart).queries.map(queryOf) }

/** A dashboard as Perses takes it. */
export function persesDashboard({ name, title, panels }: Dashboard): object {
  const placed = place(panels).map(({ panel, place }, index) => ({ panel, place, key: `panel${index}` }))
  return {
    kind: 'Dashboard',
    metadata: { name, project: PROJECT },
    spec: {
      display: { name: title },
      duration: '1h',
      refreshInterval: '30s',
      panels: Object.fromEntries(
        placed.map(({ panel, key }) => [
          key,
          {
            kind: 'Panel',
            spec: { display: { name: panel.title }, plugin: pluginOf(panel), ...queriesOf(panel) },
          },
        ]),
      ),
      layouts: [
        {
          kind: 'Grid',
          spec: {
            items: placed.map(({ place, key }) => ({ ...place, content: { $ref: `#/spec/panels/${key}` } })),
          },
        },
      ],
    },
  }
}

/** Where dashboards belong to, and whom they ask: through Perses itself, and only what charts ask. */
export const persesSurroundings: readonly object[] = [
  { kind: 'Project', metadata: { name: PROJECT }, spec: { display: { name: 'DwayBank' } } },
  {
    kind: 'Datasource',
    metadata: { name: 'prometheus', project: PROJECT },
    spec: {
      default: true,
      plugin: {
        kind: 'PrometheusDatasource',
        spec: {
          scrapeInterval: SCRAPE_INTERVAL,
          proxy: {
            kind: 'HTTPProxy',
            spec: {
              url: PROMETHEUS,
              allowedEndpoints: ['query', 'query_range'].map((name) => ({
                endpointPattern: `/api/v1/${name}`,
                method: 'POST',
              })),
            },
          },
        },
      },
    },
  },
]

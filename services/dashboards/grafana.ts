import {
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as GaugeBuilder } from '@grafana/grafana-foundation-sdk/gauge'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import {
  addressOf,
  type Chart,
  type Dashboard,
  type Level,
  type Links,
  type Panel,
  type Query,
  type Table,
  type Thresholds,
  type Unit,
} from './description.ts'
import { place } from './layout.ts'

/** As k8s/components/grafana provisions it. */
const DATASOURCE = { type: 'prometheus', uid: 'prometheus' }

const UNITS: Readonly<Record<Unit, string>> = {
  seconds: 's',
  days: 'd',
  bytes: 'bytes',
  'requests/s': 'reqps',
  'operations/s': 'ops',
  'rows/s': 'rowsps',
  ratio: 'percentunit',
  number: 'none',
}

const COLORS: Readonly<Record<Level, string>> = { good: 'green', warning: 'orange', bad: 'red' }

const thresholdsOf = ({ base, steps }: Thresholds) =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([
      { value: null, color: COLORS[base] },
      ...steps.map(({ from, level }) => ({ value: from, color: COLORS[level] })),
    ])

const textOf = ({ links }: Links) =>
  links
    .map((link) => [link.name, addressOf(link).replace('START', '${__from}').replace('END', '${__to}')])
    .map(([name, address]) => `[${name}](${address})`)
    .join(' · ')

const queryOf = ({ promql, legend }: Query, index: number) =>
  new DataqueryBuilder()
    .datasource(DATASOURCE)
    .refId(String.fromCharCode(65 + index))
    .expr(promql)
    .legendFormat(legend)

const last = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull'])

/** A column for each label that is shown, and one for the value, whose name is the query's. */
function tableOf({ queries: [query], columns, value }: Table): TableBuilder {
  const heads = { ...columns, Value: value }
  return new TableBuilder()
    .targets([queryOf(query, 0).instant().format(PromQueryFormat.Table)])
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: Object.keys(heads) } },
    })
    .withTransformation({ id: 'organize', options: { renameByName: heads } })
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: value, desc: true }] } })
}

function chartOf(panel: Chart): TimeseriesBuilder | StatBuilder | GaugeBuilder | TableBuilder {
  const queries = panel.queries.map(queryOf)
  switch (panel.kind) {
    case 'timeseries': {
      const builder = new TimeseriesBuilder().targets(queries).axisSoftMin(0).fillOpacity(10)
      return panel.stacked ? builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : builder
    }
    case 'stat': {
      const builder = new StatBuilder().targets(queries).reduceOptions(last())
      return panel.thresholds ? builder.thresholds(thresholdsOf(panel.thresholds)) : builder
    }
    case 'gauge':
      return new GaugeBuilder()
        .targets(queries)
        .reduceOptions(last())
        .min(0)
        .max(1)
        .thresholds(thresholdsOf(panel.thresholds))
    case 'table':
      return tableOf(panel)
  }
}

function builderOf(panel: Panel) {
  if (panel.kind === 'links') return new TextBuilder().mode(TextMode.Markdown).content(textOf(panel))
  return chartOf(panel).unit(UNITS[panel.unit]).datasource(DATASOURCE)
}

/** A dashboard as Grafana takes it. */
export function grafanaDashboard({ name, title, panels }: Dashboard): object {
  // The newer form is for Grafana's API; files that are provisioned have this one.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const dashboard = new DashboardBuilder(title)
    .uid(name)
    .readonly()
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
  for (const { panel, place: at } of place(panels)) {
    dashboard.withPanel(
      builderOf(panel).title(panel.title).gridPos({ x: at.x, y: at.y, w: at.width, h: at.height }),
    )
  }
  return dashboard.build()
}

import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { dashboards } from './all.ts'
import { addressOf, charts, type Panel } from './description.ts'
import { grafanaFile, grafanaFolder, grafanaText } from './grafana-files.ts'
import { COLUMNS, place } from './layout.ts'
import { persesDashboard } from './perses.ts'

interface PersesDashboard {
  spec: {
    panels: Record<string, PersesPanel>
    layouts: { spec: { items: { content: { $ref: string } }[] } }[]
  }
}
interface PersesPanel {
  spec: {
    display: { name: string }
    plugin: { kind: string; spec: Record<string, unknown> }
    queries?: { spec: { plugin: { spec: { query: string; seriesNameFormat: string } } } }[]
  }
}
interface GrafanaDashboard {
  panels: {
    title: string
    targets?: { expr: string; legendFormat: string }[]
    fieldConfig?: { defaults: { unit?: string } }
  }[]
}

const twice = (words: readonly string[]) => words.filter((word, index) => words.indexOf(word) !== index)
const squeezed = (promql: string) => promql.replaceAll(/\s+/g, ' ')
const rows = (panels: readonly Panel[]) => Map.groupBy(place(panels), ({ place: { y } }) => y)

it('there are seven, each with a name and a title of its own', () => {
  expect(dashboards.map(({ name }) => name)).toEqual([
    'bank',
    'api',
    'postgres',
    'redis',
    'proxy',
    'cluster',
    'slo',
  ])
  expect(twice(dashboards.map(({ title }) => title))).toEqual([])
})

describe.each(dashboards)('$title', (dashboard) => {
  const { panels } = dashboard
  const perses = persesDashboard(dashboard) as PersesDashboard
  const grafana = JSON.parse(grafanaText(dashboard)) as GrafanaDashboard
  const ofPerses = Object.values(perses.spec.panels)

  it('has panels enough, and no two with the same title', () => {
    expect(charts(dashboard).length).toBeGreaterThanOrEqual(6)
    expect(twice(panels.map(({ title }) => title))).toEqual([])
  })

  it('fills its rows', () => {
    for (const row of rows(panels).values()) {
      expect(row.reduce((sum, { place: { width } }) => sum + width, 0)).toBe(COLUMNS)
    }
  })

  it('asks the same of Prometheus, and calls the answers the same, in Perses and in Grafana', () => {
    const described = charts(dashboard).flatMap(({ title, queries }) =>
      queries.map(({ promql, legend }) => [title, promql, legend]),
    )
    const inPerses = ofPerses.flatMap(({ spec: { display, queries = [] } }) =>
      queries.map(({ spec: { plugin } }) => [display.name, plugin.spec.query, plugin.spec.seriesNameFormat]),
    )
    const inGrafana = grafana.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr, legendFormat }) => [title, expr, legendFormat]),
    )
    expect(inPerses).toEqual(described)
    expect(inGrafana).toEqual(described)
  })

  it.each(charts(dashboard))(
    '$title has a unit in both, and a legend for each query',
    ({ title, queries }) => {
      const panel = ofPerses.find(({ spec: { display } }) => display.name === title)
      expect(JSON.stringify(panel?.spec.plugin.spec)).toMatch(/"unit":"[a-z]/)
      const { fieldConfig } = grafana.panels.find((found) => found.title === title) ?? {}
      expect(fieldConfig?.defaults.unit).toMatch(/\S/)
      for (const { legend } of queries) expect(legend).toMatch(/\S/)
      expect(twice(queries.map(({ legend }) => legend))).toEqual([])
    },
  )

  it.each(charts(dashboard).flatMap(({ queries }) => queries))(
    'calls a series by labels that $promql leaves',
    ({ promql, legend }) => {
      for (const [, label = ''] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
        const kept = [...squeezed(promql).matchAll(/by \(([^)]*)\)/g)].flatMap(([, by = '']) =>
          by.split(/, ?/),
        )
        // What isn't summed up keeps all labels; recorded series have theirs in their rule.
        if (kept.length > 0) expect(kept).toContain(label)
      }
    },
  )

  it('leaves in a table no label that has no column', () => {
    for (const { kind, queries, columns } of charts(dashboard).filter((chart) => chart.kind === 'table')) {
      const [, by = ''] = /(?:sum|count) by \(([^)]*)\)/.exec(queries[0].promql) ?? []
      expect(by.split(', ').sort(), kind).toEqual(Object.keys(columns).sort())
    }
  })

  it('says in the title of a curve that it is a rate', () => {
    for (const { kind, title, unit } of charts(dashboard)) {
      if (kind === 'timeseries') expect(title.endsWith(', per second'), title).toBe(unit.endsWith('s/s'))
    }
  })

  it('shows every panel in Perses once', () => {
    const shown = perses.spec.layouts.flatMap(({ spec }) => spec.items.map(({ content }) => content.$ref))
    expect(shown).toEqual(Object.keys(perses.spec.panels).map((key) => `#/spec/panels/${key}`))
  })

  it('has a schema for every kind of panel in Perses', () => {
    for (const { spec } of ofPerses) {
      const schema = path.resolve(import.meta.dirname, '../perses/schemas', `${spec.plugin.kind}.cue`)
      expect(fs.readFileSync(schema, 'utf8')).toContain(`kind: "${spec.plugin.kind}"`)
    }
  })

  it('is committed for Grafana as it is', () => {
    const said = 'stale: ./dway shell node services/dashboards/write-grafana.ts'
    expect(fs.existsSync(grafanaFile(dashboard)), said).toBe(true)
    expect(fs.readFileSync(grafanaFile(dashboard), 'utf8') === grafanaText(dashboard), said).toBe(true)
  })
})

it('nothing else is committed for Grafana', () => {
  expect(fs.readdirSync(grafanaFolder).sort()).toEqual(dashboards.map(({ name }) => `${name}.json`).sort())
})

it('links lead where the proxy takes them', () => {
  const sites = path.resolve(
    import.meta.dirname,
    '../../k8s/components/observability/sites/observability.conf',
  )
  const [, pattern = ''] = /location ~ (\^\/to\/\S+)/.exec(fs.readFileSync(sites, 'utf8')) ?? []
  const links = dashboards
    .flatMap(({ panels }) => panels)
    .flatMap((panel) => ('links' in panel ? panel.links : []))
  expect(links.length).toBeGreaterThan(10)
  for (const link of links)
    expect(new URL(addressOf(link), 'https://any').pathname).toMatch(new RegExp(pattern))
})

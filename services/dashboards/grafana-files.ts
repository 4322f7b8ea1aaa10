import path from 'node:path'
import type { Dashboard } from './description.ts'
import { grafanaDashboard } from './grafana.ts'

export const grafanaFolder = path.resolve(import.meta.dirname, '../../k8s/components/grafana/dashboards')

/** Where Grafana's form of a dashboard is committed. */
export const grafanaFile = ({ name }: Dashboard) => path.join(grafanaFolder, `${name}.json`)

/** What is written there. */
export const grafanaText = (dashboard: Dashboard) =>
  `${JSON.stringify(grafanaDashboard(dashboard), null, 2)}\n`

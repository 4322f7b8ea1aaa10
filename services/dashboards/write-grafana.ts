// Writes into k8s/components/grafana what Grafana shows. It is committed, because kustomize takes only files, and a unit
// test fails while it is stale.
import fs from 'node:fs'
import { dashboards } from './all.ts'
import { grafanaFile, grafanaText } from './grafana-files.ts'

for (const dashboard of dashboards) fs.writeFileSync(grafanaFile(dashboard), grafanaText(dashboard))

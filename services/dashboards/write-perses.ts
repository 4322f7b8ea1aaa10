// Writes into the folder OUT what Perses shows: its build calls this.
import fs from 'node:fs'
import path from 'node:path'
import { dashboards } from './all.ts'
import { persesDashboard, persesSurroundings } from './perses.ts'

const [out] = process.argv.slice(2)
if (out === undefined) throw new Error('usage: write-perses.ts OUT')
fs.mkdirSync(out, { recursive: true })
const write = (name: string, content: unknown) =>
  fs.writeFileSync(path.join(out, `${name}.json`), JSON.stringify(content))
// In the order of the names: a dashboard is refused before there is its project.
write('0-surroundings', persesSurroundings)
write('1-dashboards', dashboards.map(persesDashboard))

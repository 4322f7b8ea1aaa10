import fs from 'node:fs'
import path from 'node:path'
import type { Plugin, ViteDevServer } from 'vite'
import { hashOf, type Manifest, manifestOf, readManifest } from '../../sources/manifest.ts'
import { serveReport } from '../../sources/report.ts'

const base = path.join(import.meta.dirname, '../../..')
const synced = [
  'services/web/src',
  'services/web/public',
  'services/web/index.html',
  'services/web/workbench',
]
/** A watcher may lose an event, so what was loaded is also compared with the disk this often. */
const LOOK_MS = 1000

/** Reports what Vite serves: the files as they are, except for modules that it keeps as it once loaded them. */
export function reportSources(): Plugin {
  const loaded = new Map<string, string>()

  /** The modules that are kept, with the contents that they were made from. */
  const kept = ({ environments }: ViteDevServer): [string, string][] =>
    [...loaded].filter(([name]) => {
      const modules = environments.client.moduleGraph.getModulesByFile(path.join(base, name)) ?? []
      return [...modules].some(({ transformResult }) => transformResult !== null)
    })
  const running = (server: ViteDevServer, files: Manifest) => manifestOf(new Map([...files, ...kept(server)]))

  return {
    name: 'dwaybank:report-sources',
    apply: 'serve',
    enforce: 'pre',
    transform(code, id) {
      const name = path.relative(base, id.replace(/\?(direct|t=\d+)$/, ''))
      if (/^services\/web\/(src|workbench)\//.test(name) && !name.includes('?'))
        loaded.set(name, hashOf(code))
    },
    configureServer(server) {
      serveReport(() => {
        const files = readManifest(base, synced)
        return { state: 'runs', runs: running(server, files), files }
      })
      setInterval(() => {
        for (const [name, contents] of kept(server)) {
          const file = path.join(base, name)
          const exists = fs.existsSync(file)
          if (exists && hashOf(fs.readFileSync(file)) === contents) continue
          server.watcher.emit(exists ? 'change' : 'unlink', file)
          if (!exists) loaded.delete(name)
        }
      }, LOOK_MS)
    },
  }
}

import fs from 'node:fs'
import path from 'node:path'
import { profile } from './profile.ts'
import { root } from './settings.ts'

/** The folders of components that bring names to the proxy, and how those names begin. */
const sites = fs.globSync('k8s/components/*/sites/*.conf', { cwd: root }).map((file) => {
  const [, , component = ''] = file.split(path.sep)
  const lists = fs.readFileSync(path.join(root, file), 'utf8').matchAll(/^\s*server_name (.+);$/gm)
  return {
    component,
    folder: path.dirname(file),
    hosts: [...lists].flatMap(([, list = '']) => list.split(' ')),
  }
})

/** Where those files are, by the component's name. */
export const siteFolders = new Map(sites.map(({ component, folder }) => [component, folder]))

/** Every name at a proxy with these components, the bank's own first. */
export const hostsOf = (bank: string, components: readonly string[] = [...siteFolders.keys()]) => [
  bank,
  ...sites
    .filter(({ component }) => components.includes(component))
    .flatMap(({ hosts }) => hosts.map((host) => host.replace('PUBLIC_HOST', bank))),
]

/** The components that bring names to the running bank. */
export const runningSites = () =>
  profile() === 'full' ? ['admin-tools', 'observability', 'observability-dev'] : ['admin-tools']

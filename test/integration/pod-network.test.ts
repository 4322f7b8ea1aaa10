import { expect, it } from 'vitest'
import type { List, Pod } from '../../scripts/lib/kubernetes.ts'
import { source } from '../../scripts/lib/settings.ts'
import { $, getJson } from '../../scripts/lib/shell.ts'

interface Node {
  metadata: { name: string }
  spec: { podCIDR: string }
}

// The other source's nodes have kind's own network, which isn't ours to change.
it.runIf(source() === 'mirror')('what is sent to a pod that has gone does not leave its node', async () => {
  const { items: nodes } = await getJson<List<Node>>(['nodes'])
  const { items: pods } = await getJson<List<Pod & { status: { podIP?: string } }>>([
    'pods',
    '--all-namespaces',
  ])
  const taken = new Set(pods.map(({ status }) => status.podIP))
  for (const { metadata, spec } of nodes) {
    const first = spec.podCIDR.replace(/\.\d+\/.*$/, '')
    const free = [254, 253, 252].map((last) => `${first}.${last}`).find((address) => !taken.has(address))
    const route = await $({ nothrow: true })`docker exec ${metadata.name} ip route get ${free ?? ''}`
    expect(route.stderr, `${metadata.name}: ${route.stdout}`).toMatch(/No route to host|unreachable/)
  }
})

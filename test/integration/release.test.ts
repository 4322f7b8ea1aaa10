import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { registryPort } from '../../scripts/lib/registry.ts'
import { productionServices, publishProductionImage } from '../../scripts/lib/production-images.ts'
import type { Release } from '../../scripts/lib/release.ts'
import { names } from '../../scripts/lib/settings.ts'
import { $, kubectl } from '../../scripts/lib/shell.ts'
import { type Manifest, parseManifests } from '../../scripts/lib/manifests.ts'
import { renderProduction, sampleRelease } from '../../scripts/lib/sample-release.ts'

// A release of the working tree to the checkout's own registry, held against the cluster's API server.
const namespace = `release-${randomBytes(4).toString('hex')}`
/** Where the node's agents go, which need what a restricted namespace refuses. */
const nodeNamespace = `${namespace}-node`
let release: Release
let manifests: Manifest[]

beforeAll(async () => {
  const registry = `localhost:${await registryPort()}/release`
  const images = { ...sampleRelease.images }
  for (const service of productionServices) images[service] = await publishProductionImage(service, registry)
  release = { ...sampleRelease, images }
  manifests = parseManifests(await renderProduction(release))
  for (const [name, level] of [
    [namespace, 'restricted'],
    [nodeNamespace, 'privileged'],
  ] as const) {
    await kubectl(['create', 'namespace', name])
    const label = (mode: string) => `pod-security.kubernetes.io/${mode}=${level}`
    await kubectl(['label', 'namespace', name, label('enforce'), label('warn')])
  }
}, 600_000)
afterAll(async () => {
  const both = [namespace, nodeNamespace]
  await kubectl(['delete', 'namespace', ...both, '--ignore-not-found', '--wait=false']).nothrow()
})

/** An object where nothing of its name is. */
function elsewhere({ metadata, ...object }: Manifest): object {
  if (metadata.namespace === undefined)
    return { ...object, metadata: { ...metadata, name: `${namespace}-${metadata.name}` } }
  const at = metadata.namespace === names.namespace ? namespace : nodeNamespace
  return { ...object, metadata: { ...metadata, namespace: at } }
}

/** Lets the API server check objects as if it were to make them. */
async function dryRun(objects: readonly Manifest[]) {
  const input = objects.map((object) => stringify(elsewhere(object))).join('---\n')
  return kubectl(['create', '--dry-run=server', '--validate=strict', '--filename', '-'], input).nothrow()
}

/** Kinds that the API server knows by itself: External Secrets' operator isn't part of a developer's cluster. */
const builtIn = () => manifests.filter(({ kind }) => kind !== 'Namespace' && kind !== 'ExternalSecret')

describe('a release', () => {
  it('is rendered with the digests that the registry gave its images, and they can be pulled by them', async () => {
    const text = JSON.stringify(manifests)
    for (const image of Object.values(release.images)) {
      expect(text).toContain(`"${image}"`)
      await $`docker pull --quiet ${image}`
    }
  })

  it('is accepted by the API server, object by object, without a warning', async () => {
    const { exitCode, stdout, stderr } = await dryRun(builtIn())
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(builtIn().length)
  })

  it('is refused by it if a field is misspelt, or a pod is not restricted', async () => {
    const [api] = builtIn().filter(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'api')
    const misspelt = structuredClone(api) as Manifest & { spec: Record<string, unknown> }
    misspelt.spec['replica'] = 2
    expect((await dryRun([misspelt])).stderr).toContain('unknown field "spec.replica"')
    const open = structuredClone(api) as Manifest & { spec: { template: { spec: Record<string, unknown> } } }
    open.spec.template.spec['hostNetwork'] = true
    expect((await dryRun([open])).stderr).toContain('would violate PodSecurity "restricted')
  })
})

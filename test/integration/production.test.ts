import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'

interface Resource {
  kind: string
  metadata: { name: string; namespace?: string }
  spec?: {
    template?: {
      spec: {
        securityContext?: object
        automountServiceAccountToken?: boolean
        containers: {
          name: string
          image: string
          env?: { name: string; value?: string }[]
          securityContext?: object
        }[]
      }
    }
  }
}

const { stdout: rendered } = await $`kubectl kustomize ${path.join(root, 'k8s/overlays/production')}`
const resources = parseAllDocuments(rendered).map((document) => document.toJS() as Resource)
const workloads = resources.flatMap(({ kind, metadata, spec }) => {
  const pod = spec?.template?.spec
  return pod ? [{ name: `${kind} ${metadata.name}`, pod }] : []
})

describe('what production would run', () => {
  it('is the whole bank', () => {
    expect(workloads.map(({ name }) => name).sort()).toEqual([
      'Deployment api',
      'Deployment proxy',
      'Deployment web',
      'Job migrate',
      'StatefulSet postgres',
      'StatefulSet redis',
    ])
  })

  it('holds no Secret, only references to a store outside', () => {
    const kinds = resources.map(({ kind }) => kind)
    expect(kinds).not.toContain('Secret')
    expect(kinds).toContain('ExternalSecret')
  })

  it('spells out no credential', () => {
    for (const { name, pod } of workloads) {
      const variables = pod.containers.flatMap(({ env }) => env ?? [])
      const spelt = variables.filter((variable) => /PASSWORD|SECRET|TOKEN|_KEY$/.test(variable.name))
      for (const variable of spelt) expect(variable, name).not.toHaveProperty('value')
    }
    expect(rendered).not.toMatch(/PRIVATE KEY/)
  })

  it('has nothing of a developer in it: no tool, no local name, no port of a node', () => {
    expect(rendered).not.toMatch(/pgadmin|redis-commander|localhost|nodePort|unsafe-inline/)
  })

  it('comes from a registry, each image with a tag', () => {
    for (const { pod } of workloads) {
      for (const { image } of pod.containers) expect(image).toMatch(/^[\w.-]+\.[a-z]+\/[\w/-]+:[\w.-]+$/)
    }
  })

  it.each(workloads)('$name is restricted', ({ pod }) => {
    expect(pod.automountServiceAccountToken).toBe(false)
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001 })
    expect(pod.securityContext).toMatchObject({ seccompProfile: { type: 'RuntimeDefault' } })
    for (const { securityContext } of pod.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
  })

  it('has a disruption budget and an autoscaler for each service that keeps no data', () => {
    const named = (kind: string) =>
      resources.filter((resource) => resource.kind === kind).map(({ metadata }) => metadata.name)
    expect(named('PodDisruptionBudget')).toEqual(['api', 'proxy', 'web'])
    expect(named('HorizontalPodAutoscaler')).toEqual(['api', 'proxy', 'web'])
  })
})

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'
import { releaseComponent, type Release } from '../../scripts/lib/release.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'

/** A Kubernetes object as kustomize renders it. */
export interface Manifest {
  kind: string
  metadata: { name: string; namespace?: string }
  [field: string]: unknown
}

const digest = (character: string) => `sha256:${character.repeat(64)}`

/** A release that was never made: its images have digests of the right form. */
export const sampleRelease: Release = {
  images: {
    api: `registry.example.com/dwaybank/api@${digest('a')}`,
    proxy: `registry.example.com/dwaybank/proxy@${digest('b')}`,
    web: `registry.example.com/dwaybank/web@${digest('c')}`,
  },
  host: 'bank.example.com',
  postgres: { cidr: '10.0.8.0/28', port: 5432 },
  redis: { cidr: '10.0.9.0/28', port: 6379 },
}

/** What kubectl kustomize prints for the dev overlay. */
export async function renderDev(): Promise<string> {
  return (await $`kubectl kustomize ${path.join(root, 'k8s/overlays/dev')}`).stdout
}

/**
 * What kubectl kustomize prints for the production overlay.
 * @param release the release it is rendered with; with none, kustomize refuses
 */
export async function renderProduction(release: Release | undefined): Promise<string> {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'production-'))
  try {
    fs.cpSync(path.join(root, 'k8s'), copy, { recursive: true })
    const file = path.join(copy, 'overlays/production/release/kustomization.yaml')
    fs.rmSync(file, { force: true })
    if (release !== undefined) fs.writeFileSync(file, releaseComponent(release))
    return (await $`kubectl kustomize ${path.join(copy, 'overlays/production')}`).stdout
  } finally {
    fs.rmSync(copy, { recursive: true })
  }
}

/** The objects in what kustomize printed. */
export function parseManifests<T extends Manifest = Manifest>(rendered: string): T[] {
  return parseAllDocuments(rendered).map((document) => document.toJS() as T)
}

/** What kustomize printed, without the hashes that it gives generated ConfigMaps. */
export function withoutHashes(rendered: string): string {
  return rendered.replace(/\b(front-door|proxy-admin-tools)-[a-z0-9]{10}\b/g, '$1')
}

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { productionServices, type ProductionService } from './production-images.ts'
import { releaseComponent, type Release } from './release.ts'
import { root } from './settings.ts'
import { $ } from './shell.ts'

const sampleImage = (service: ProductionService, index: number) =>
  `registry.example.com/dwaybank/${service}@sha256:${(index + 1).toString(16).repeat(64).slice(0, 64)}`

/** A release that was never made: its images have digests of the right form. */
export const sampleRelease: Release = {
  images: Object.fromEntries(
    productionServices.map((service, index) => [service, sampleImage(service, index)]),
  ) as Release['images'],
  host: 'bank.example.com',
  postgres: { cidr: '10.0.8.0/28', port: 5432 },
  redis: { cidr: '10.0.9.0/28', port: 6379 },
  receivers: { cidr: '10.0.7.25/32', port: 587 },
  apiServer: { cidr: '10.0.0.0/24', port: 443 },
  storageClass: 'durable',
  acme: {
    directory: 'https://acme.example.com/directory',
    address: { cidr: '10.0.6.5/32', port: 3128 },
    proxy: 'http://10.0.6.5:3128',
  },
}

/**
 * What kubectl kustomize prints for the production overlay.
 * @param release the release it is rendered with; with none, kustomize refuses
 * @param tree whose overlay it is: the checkout's unless told otherwise
 */
export async function renderProduction(release: Release | undefined, tree = root): Promise<string> {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'production-'))
  try {
    fs.cpSync(path.join(tree, 'k8s'), copy, { recursive: true })
    const file = path.join(copy, 'overlays/production/release/kustomization.yaml')
    fs.rmSync(file, { force: true })
    if (release !== undefined) fs.writeFileSync(file, releaseComponent(release))
    return (await $`kubectl kustomize ${path.join(copy, 'overlays/production')}`).stdout
  } finally {
    fs.rmSync(copy, { recursive: true })
  }
}

/** What kustomize printed, without the hashes that it gives generated ConfigMaps. */
export function withoutHashes(rendered: string): string {
  return rendered.replace(/\b(alertmanager|front-door|proxy-[a-z-]+)-[bcdfghkmt24-9]{10}\b/g, '$1')
}

import fs from 'node:fs'
import { messageOf } from '../../errors.ts'
import { productionServices, type ProductionService } from '../../production-images.ts'
import { statePath } from '../../settings.ts'
import type { BuiltImage } from '../build/images.ts'
import { finding, type Finding } from '../finding.ts'
import { scanImage } from '../image-scan.ts'
import { notRun } from '../not-run.ts'
import { trivyIsThere } from '../trivy.ts'

/** What each image is there for: a list of packages that lacks it is no list of this image. */
const known: Record<ProductionService, readonly string[]> = {
  api: ['fastify', 'pg', 'ioredis'],
  proxy: ['nginx'],
  web: ['nginx'],
  acme: ['certbot', 'openssl'],
  alertmanager: ['prometheus-alertmanager'],
  exporters: ['prometheus-node-exporter', 'prometheus-redis-exporter'],
  'kube-state-metrics': ['k8s.io/client-go'],
  perses: ['github.com/gorilla/websocket'],
  prometheus: ['prometheus'],
  victorialogs: ['github.com/VictoriaMetrics/VictoriaMetrics'],
  zipkin: ['openjdk-21-jre-headless'],
}

interface Bom {
  bomFormat?: string
  components?: { name: string; group?: string; version?: string }[]
}

/** Writes an image's software bill of materials to .dway/reports/sbom, and looks whether it names what must be in it. */
async function listPackages(service: ProductionService, image: BuiltImage): Promise<Finding> {
  const rule = 'sbom'
  const bom = (await scanImage(image, 'packages')) as Bom
  const file = statePath('reports', 'sbom', `${service}.cdx.json`)
  fs.writeFileSync(file, JSON.stringify(bom, null, 2))
  const packages = new Set(
    (bom.components ?? []).flatMap(({ name, group }) => [name, ...(group ? [`${group}/${name}`] : [])]),
  )
  const missing = ['libc6', ...known[service]].filter((name) => !packages.has(name))
  return missing.length === 0 && bom.bomFormat === 'CycloneDX'
    ? finding(
        rule,
        image.name,
        'passed',
        `${packages.size} packages, in .dway/reports/sbom/${service}.cdx.json`,
      )
    : finding(
        rule,
        image.name,
        'failed',
        `of its ${packages.size} packages none is called ${missing.join(', ')}`,
        'the image lacks what it is for, or its packages are not seen: look into the list',
      )
}

/** A list of packages for each image that production runs. */
export async function listAllPackages(images: readonly BuiltImage[]): Promise<Finding[]> {
  const found: Finding[] = []
  const there = await trivyIsThere()
  for (const service of productionServices) {
    const image = images.find(({ name }) => name === `${service}:production`)
    if (!image) found.push(finding('sbom', `${service}:production`, 'could not verify', 'it was not built'))
    else if (!there) found.push(notRun('sbom', image.name, 'there is no Trivy for this processor'))
    else
      found.push(
        await listPackages(service, image).catch((error: unknown) =>
          finding('sbom', image.name, 'could not verify', messageOf(error)),
        ),
      )
  }
  found.push(
    notRun(
      'sbom-jars',
      'zipkin:production',
      'what is in a jar is named by a database that Trivy fetches, and that is not fetched here',
      "its one jar is pinned by its hash in services/zipkin/Dockerfile; its publisher's list names what is in it",
    ),
  )
  return found
}

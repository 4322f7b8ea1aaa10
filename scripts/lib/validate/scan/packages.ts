import fs from 'node:fs'
import { productionServices, type ProductionService } from '../../production-images.ts'
import { statePath } from '../../settings.ts'
import type { BuiltImage } from '../build/images.ts'
import { finding, type Finding } from '../finding.ts'
import { scanImages, type ImageReport } from '../image-scan.ts'
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
  perses: ['github.com/perses/perses'],
  prometheus: ['prometheus'],
  victorialogs: ['github.com/VictoriaMetrics/VictoriaMetrics'],
  zipkin: ['openjdk-21-jre-headless'],
}

/** Writes an image's software bill of materials to .dway/reports/sbom, and looks whether it names what must be in it. */
function listPackages(service: ProductionService, image: BuiltImage, { bom }: ImageReport): Finding {
  const rule = 'sbom'
  const file = statePath('reports', 'sbom', `${service}.cdx.json`)
  // Trivy has seen a file.
  const component = { ...bom.metadata?.component, name: image.name }
  fs.writeFileSync(file, JSON.stringify({ ...bom, metadata: { ...bom.metadata, component } }, null, 2))
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
export async function listAllPackages(
  images: readonly BuiltImage[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const there = await trivyIsThere()
  const reports = there ? await scanImages(images, signal) : new Map<string, ImageReport | Error>()
  const found = productionServices.map((service) => {
    const image = images.find(({ name }) => name === `${service}:production`)
    if (!image) return finding('sbom', `${service}:production`, 'could not verify', 'it was not built')
    if (!there) return notRun('sbom', image.name, 'there is no Trivy for this processor')
    const report = reports.get(image.name) ?? new Error('it was not scanned')
    return report instanceof Error
      ? finding('sbom', image.name, 'could not verify', report.message)
      : listPackages(service, image, report)
  })
  return [
    ...found,
    finding(
      'sbom-jars',
      'zipkin:production',
      'failed',
      'what is in its jar is not listed: Trivy names it by a database from elsewhere',
      'list it, or let a waiver say where it is listed',
    ),
  ]
}

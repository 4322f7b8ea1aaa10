import fs from 'node:fs'
import path from 'node:path'
import { quote } from 'zx'
import { messageOf, UserError } from '../errors.ts'
import { cleaningUp } from '../on-exit.ts'
import { statePath } from '../settings.ts'
import { $, must } from '../shell.ts'
import type { BuiltImage } from './build/images.ts'
import { keyOf, recall, remember } from './remembered.ts'
import { runScanner, scanners } from './scanners.ts'
import { TRIVY } from './trivy.ts'

/** What Trivy found in an image. */
export interface ImageReport {
  secrets: { Results?: { Target: string; Secrets?: { Title: string; StartLine: number }[] }[] }
  /** Its packages, as CycloneDX lists them. */
  bom: {
    bomFormat?: string
    metadata?: { component?: { name?: string } }
    components?: { name: string; group?: string; version?: string }[]
  }
}

/** Secrets in all layers, the history and the environment, and what is inside. Jars are left out: see `sbom-jars`. */
const OPTIONS = [
  ...TRIVY('image', '/cache'),
  ...['--scanners', 'secret', '--image-config-scanners', 'secret', '--list-all-pkgs', '--format', 'json'],
  ...['--skip-files', '**/*.jar'],
]
/** About how much is written to the disk at once. */
const BATCH_BYTES = 2e9

/**
 * What Trivy says of images. An image's id is the hash of all that is in it, so one that the same scanners have seen is
 * not looked at again; of the others each layer is read once.
 * @returns the reports by the images' names, and for an image that was not read, why
 */
export async function scanImages(
  images: readonly BuiltImage[],
  signal: AbortSignal,
): Promise<Map<string, ImageReport | Error>> {
  const scannedBy = await scanners()
  const key = ({ id }: BuiltImage) => keyOf([scannedBy, ...OPTIONS, id])
  const failed = new Map<string, Error>()
  const unknown = images.filter((image) => recall<ImageReport>(key(image)) === undefined)
  for (const batch of batches(unknown)) {
    signal.throwIfAborted()
    try {
      for (const [image, report] of await scan(batch, scannedBy)) remember(key(image), report)
    } catch (error) {
      signal.throwIfAborted()
      for (const { name } of batch) failed.set(name, new UserError(messageOf(error), { cause: error }))
    }
  }
  return new Map(
    images.map((image) => {
      const why = failed.get(image.name) ?? new UserError(`${image.name} has no report`)
      return [image.name, recall<ImageReport>(key(image)) ?? why]
    }),
  )
}

function batches(images: readonly BuiltImage[]): BuiltImage[][] {
  const all: BuiltImage[][] = []
  let bytes = Infinity
  for (const image of images) {
    bytes += image.bytes
    if (bytes > BATCH_BYTES) {
      all.push([])
      bytes = image.bytes
    }
    all.at(-1)?.push(image)
  }
  return all
}

/** A folder of Trivy's own for what it knows of layers; what other versions knew is removed. */
function layerCache(scannedBy: string): string {
  const version = scannedBy.slice(scannedBy.lastIndexOf(':') + 1)
  const folder = statePath('validate', 'layers', version)
  for (const other of fs.readdirSync(path.dirname(folder)))
    if (other !== version) fs.rmSync(path.join(path.dirname(folder), other), { recursive: true })
  fs.mkdirSync(folder, { recursive: true })
  return folder
}

async function scan(images: readonly BuiltImage[], scannedBy: string): Promise<[BuiltImage, ImageReport][]> {
  const folder = statePath('validate', 'saved')
  const [layout, reports] = [path.join(folder, 'layout'), path.join(folder, 'reports')]
  const remove = async () => fs.rmSync(folder, { recursive: true, force: true })
  await remove()
  return cleaningUp(async () => {
    for (const one of [layout, reports]) fs.mkdirSync(one, { recursive: true })
    const ids = [...new Set(images.map(({ id }) => id))]
    // By their tags: of images that are named by their ids, some engines list one alone.
    const save = [
      'set -o pipefail; docker save "$@" | tar --extract',
      'save',
      ...images.map(({ tag }) => tag),
    ]
    await must('the images were not saved', $({ cwd: layout })`bash -c ${save}`)
    const digests = digestsIn(layout)
    const commands = ids.flatMap((id) => {
      const [json, bom] = [`/reports/${id.slice(7)}.json`, `/reports/${id.slice(7)}.cdx.json`]
      const input = ['--input', `/images@${digests.get(id) ?? id}`, '--output', json]
      const convert = ['trivy', 'convert', '--quiet', '--format', 'cyclonedx', '--output', bom, json]
      return [
        [...OPTIONS, ...input],
        [...convert.slice(0, 2), '--config', '/dev/null', ...convert.slice(2)],
      ]
    })
    const script = commands.map((words) => words.map(quote).join(' ')).join(' && ')
    const { stderr, exitCode } = await runScanner(['bash', '-c', script], {
      reads: { '/images': layout },
      writes: { '/reports': reports, '/cache': layerCache(scannedBy) },
    })
    if (exitCode !== 0)
      throw new UserError(`Trivy did not read an image: ${stderr.trim().split('\n').at(-1) ?? ''}`)
    const read = (file: string) => JSON.parse(fs.readFileSync(path.join(reports, file), 'utf8')) as unknown
    return images.map((image) => {
      const name = image.id.slice(7)
      const { Results = [] } = read(`${name}.json`) as ImageReport['secrets']
      const secrets = {
        Results: Results.map(({ Target, Secrets }) => ({ Target, ...(Secrets ? { Secrets } : {}) })),
      }
      return [image, { secrets, bom: read(`${name}.cdx.json`) as ImageReport['bom'] }]
    })
  }, remove)
}

/** What an image's manifest is called in a saved layout, by the image's id. */
function digestsIn(layout: string): Map<string, string> {
  const read = (...file: string[]) =>
    JSON.parse(fs.readFileSync(path.join(layout, ...file), 'utf8')) as unknown
  const { manifests } = read('index.json') as { manifests: { digest: string }[] }
  return new Map(
    manifests.map(({ digest }) => {
      const { config } = read('blobs', ...digest.split(':')) as { config?: { digest: string } }
      return [config?.digest ?? digest, digest]
    }),
  )
}

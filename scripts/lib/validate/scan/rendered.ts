import fs from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { parseManifests, type Manifest } from '../../manifests.ts'
import { renderOverlay } from '../../overlay.ts'
import { renderProduction, sampleRelease, withoutHashes } from '../../sample-release.ts'
import { names } from '../../settings.ts'

export const overlays = ['dev-full', 'production'] as const
export type Overlay = (typeof overlays)[number]

/** The two overlays as they are rendered, and where each object lies for the scanners. */
export interface Rendered {
  objects: Record<Overlay, Manifest[]>
  /** Has a folder an overlay, with a file an object in it: its name without .yaml is in `subjects`. */
  folder: string
  /** The objects as Kind/name, by the file they are in. */
  subjects: ReadonlyMap<string, string>
  /**
   * Has all objects of an overlay in a file, for a scanner that takes long for many: on which line each begins, with the
   * separator above it.
   */
  joined: { folder: string; starts: Record<Overlay, { file: string; line: number }[]> }
}

/** How an object is called in findings: Kind/name, with the namespace between them if it isn't the bank's own. */
export function subjectOf(kind: string, name: string, namespace?: string): string {
  const place =
    namespace === undefined || namespace === '' || namespace === names.namespace ? [] : [namespace]
  return [kind, ...place, name].join('/')
}

/** Tilt and a release put an image of this tree's own build in the place of such a name, by its content. */
const asDeployed = (rendered: string) =>
  rendered.replace(
    /^(\s*-?\s*image: )dway\/([a-z-]+)$/gm,
    `$1registry.example.com/$2@sha256:${'0'.repeat(64)}`,
  )

/**
 * Renders dev with all profiles, and production with a release that was never made.
 * @throws UserError if one does not render
 */
export async function render(tree: string, folder: string): Promise<Rendered> {
  const [dev, production] = await Promise.all([
    renderOverlay('dev-full', tree),
    renderProduction(sampleRelease, tree),
  ])
  const rendered = { 'dev-full': withoutHashes(dev), production: withoutHashes(production) }
  const subjects = new Map<string, string>()
  const joined: Rendered['joined'] = {
    folder: path.join(folder, 'joined'),
    starts: { 'dev-full': [], production: [] },
  }
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(joined.folder, { recursive: true })
  for (const overlay of overlays) {
    const texts: string[] = []
    let line = 0
    fs.mkdirSync(path.join(folder, 'each', overlay), { recursive: true })
    for (const object of parseManifests(asDeployed(rendered[overlay]))) {
      const { name, namespace } = object.metadata
      const file = `${object.kind}.${namespace ?? ''}.${name}.yaml`
      subjects.set(`${overlay}/${file}`, subjectOf(object.kind, name, namespace))
      const text = stringify(object, { lineWidth: 0 })
      fs.writeFileSync(path.join(folder, 'each', overlay, file), text)
      joined.starts[overlay].push({ file: `${overlay}/${file}`, line })
      texts.push(text)
      line += text.split('\n').length
    }
    fs.writeFileSync(path.join(joined.folder, `${overlay}.yaml`), texts.join('---\n'))
  }
  return {
    objects: {
      'dev-full': parseManifests(rendered['dev-full']),
      production: parseManifests(rendered.production),
    },
    folder: path.join(folder, 'each'),
    subjects,
    joined,
  }
}

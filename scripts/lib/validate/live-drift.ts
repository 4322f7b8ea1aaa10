import { stringify } from 'yaml'
import { differences } from '../differences.ts'
import { parseManifests, type Manifest } from '../manifests.ts'
import { overlayOf, renderOverlay, selection } from '../overlay.ts'
import { kubectl, must } from '../shell.ts'
import { finding, findingOf, type Finding } from './finding.ts'
import { subjectOf } from './scan/rendered.ts'

const RULE = 'live-drift'

const keyOf = ({ kind, metadata }: Manifest) => subjectOf(kind, metadata.name, metadata.namespace)
const fieldsOf = (value: unknown) => (value ?? {}) as Record<string, unknown>
const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100))

/** What the cluster says of an object beside what it should be. */
const ofTheCluster = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'uid']
/** Labels and annotations of who applied it, and of when and for which certificate it was started again. */
const marks = [
  'app.kubernetes.io/managed-by',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'dwaybank.dev/certificate',
  'kubectl.kubernetes.io/last-applied-configuration',
  'kubectl.kubernetes.io/restartedAt',
  'tilt.dev/pod-template-hash',
]

function without(
  fields: Readonly<Record<string, unknown>>,
  left: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !left.includes(field)))
}

/** Leaves out marks, and maps that hold nothing else. */
function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).flatMap(([field, inner]: [string, unknown]) => {
    if (field !== 'labels' && field !== 'annotations') return [[field, withoutMarks(inner)]]
    const others = without(fieldsOf(inner), marks)
    return Object.keys(others).length > 0 ? [[field, others]] : []
  })
  return Object.fromEntries(kept) as unknown
}

/** What an object should be, without what it is just now. */
function specified(object: Manifest): Manifest {
  const metadata = without(object.metadata, ofTheCluster)
  return withoutMarks({ ...without(object, ['status']), metadata }) as Manifest
}

/**
 * How one object differs from what the API server would make of what is rendered.
 * @param wanted what it would make; undefined if it takes it no more, for the reason `refused`
 */
export function driftOf(
  subject: string,
  live: Manifest | undefined,
  wanted: Manifest | undefined,
  refused = 'the API server did not say why',
): Finding {
  const remedy = './dway up applies it anew; a change belongs into the tree'
  if (!live) return finding(RULE, subject, 'failed', 'it is not in the cluster', './dway up applies it')
  if (!wanted) {
    const verdict = /immutable|updates to .* are forbidden/i.test(refused) ? 'failed' : 'could not verify'
    return finding(RULE, subject, verdict, `it can't be applied as it is rendered: ${refused}`, remedy)
  }
  const found = differences([specified(wanted)], [specified(live)])
  return findingOf(RULE, subject, {
    wrong: found.map(
      ({ place, dev, production }) => `${place}: ${show(dev)} is rendered, ${show(production)} runs`,
    ),
    good: 'each field is what its manifest makes of it',
    remedy,
  })
}

/** Rendered as it is applied: Tilt puts the image that it built in the place of such a name. */
function withBuiltImages(rendered: unknown, live: unknown): unknown {
  if (Array.isArray(rendered))
    return rendered.map((item: unknown, index) => withBuiltImages(item, fieldsOf(live)[index]))
  if (typeof rendered !== 'object' || rendered === null) return rendered
  return Object.fromEntries(
    Object.entries(rendered).map(([field, value]) => [
      field,
      field === 'image' && isBuilt(value, fieldsOf(live)[field])
        ? fieldsOf(live)[field]
        : withBuiltImages(value, fieldsOf(live)[field]),
    ]),
  )
}

/** Whether an image that runs is one of Tilt's builds of that name in the local registry, as localhost:5001/dway_api:tilt-4711. */
const isBuilt = (name: unknown, runs: unknown) =>
  typeof name === 'string' &&
  typeof runs === 'string' &&
  runs.replace(/^localhost:\d+/, '').startsWith(`/${name.replace('/', '_')}:tilt-`)

/** The labels by which a Job finds its pods are given to it once, and it is refused without. */
function withOwnLabels(rendered: Manifest, live: Manifest): Manifest {
  if (rendered.kind !== 'Job') return rendered
  const [spec, given] = [fieldsOf(rendered['spec']), fieldsOf(live['spec'])]
  const { metadata } = fieldsOf(given['template'])
  return {
    ...rendered,
    spec: { ...spec, selector: given['selector'], template: { ...fieldsOf(spec['template']), metadata } },
  }
}

/** Who notes the state of an object, as a quota's, may have come between kubectl's look at it and its change. */
const CONFLICT = 'the object has been modified'
const TRIES = 3

/**
 * Puts objects in the place of those that are there, without any change: what nobody named the API server fills in.
 * @returns what it would make of them, and what it said of those that it does not take, the last words first
 */
export async function putInPlace(
  objects: readonly Manifest[],
): Promise<{ made: Manifest[]; refusals: string[] }> {
  const words = ['replace', '--dry-run=server', '--output', 'yaml', '--filename', '-']
  const made: Manifest[] = []
  const refusals: string[] = []
  let left = objects
  for (let tried = 0; left.length > 0 && tried < TRIES; tried += 1) {
    const text = left.map((object) => stringify(object)).join('---\n')
    const { stdout, stderr } = await kubectl(words, text).nothrow()
    made.push(...parseManifests(stdout))
    refusals.unshift(...stderr.split('\n'))
    const conflicts = stderr.split('\n').filter((line) => line.includes(CONFLICT))
    left = left.filter(({ metadata }) => conflicts.some((line) => line.includes(`"${metadata.name}"`)))
  }
  return { made, refusals }
}

/**
 * Whether what runs is what the tree says: each object of the overlay that this checkout runs, field by field.
 * @throws UserError if the overlay does not render or the cluster does not answer
 */
export async function liveDrift(): Promise<Finding[]> {
  const text = await renderOverlay(overlayOf(selection()))
  const get = kubectl(['get', '--ignore-not-found', '--output', 'json', '--filename', '-'], text)
  const { stdout } = await must('the objects of the cluster were not read', get)
  const { items } = JSON.parse(stdout || '{"items":[]}') as { items: Manifest[] }
  const live = new Map(items.map((item) => [keyOf(item), item]))
  // A Job that is done is taken away after a while.
  const rendered = parseManifests(text).filter((one) => one.kind !== 'Job' || live.has(keyOf(one)))
  const there = rendered.flatMap((one) => {
    const found = live.get(keyOf(one))
    return found ? [withOwnLabels(withBuiltImages(one, found) as Manifest, found)] : []
  })
  const { made, refusals } = await putInPlace(there)
  const wanted = new Map(made.map((one) => [keyOf(one), one]))
  return rendered.map((one) => {
    const refused = refusals.find((line) => line.includes(`"${one.metadata.name}"`))
    return driftOf(keyOf(one), live.get(keyOf(one)), wanted.get(keyOf(one)), refused?.slice(0, 300))
  })
}

import { differences, type Difference } from '../differences.ts'
import { parseManifests, type Manifest } from '../manifests.ts'
import { overlayOf, renderOverlay, selection } from '../overlay.ts'
import { kubectl, must } from '../shell.ts'
import { finding, findingOf, type Finding } from './finding.ts'
import { subjectOf } from './scan/rendered.ts'

const RULE = 'live-drift'

interface LiveObject extends Manifest {
  metadata: Manifest['metadata'] & {
    managedFields?: { manager: string; fieldsV1?: Record<string, unknown> }[]
  }
}

/** Tilt puts the image that it built in the place of such a name. */
const isOwnImage = ({ place, dev }: Difference) =>
  place.endsWith('.image') && typeof dev === 'string' && dev.startsWith('dway/')

/** Addresses that the API server gives a Service. */
const isGiven = (place: string) => /^Service\/\S+ spec\.(clusterIPs|ipFamilies)\[\d+\]$/.test(place)

/**
 * What only the cluster has is its default for a field that nobody named, but for an item of a list that is named, and
 * for what a ConfigMap holds.
 */
const isDefault = ({ place, dev }: Difference) =>
  dev === undefined && (isGiven(place) || !place.endsWith(']')) && !/^ConfigMap\/\S+ data\./.test(place)

/** kustomize takes what it doesn't know for an object of a namespace; the API server knows what is. */
const isOfNoNamespace = ({ place, production }: Difference) =>
  place.endsWith(' metadata.namespace') && production === undefined

/** Whether somebody changed what an object should be by hand, after it was applied. */
function editedByHand({ metadata }: LiveObject): boolean {
  return (metadata.managedFields ?? []).some(
    ({ manager, fieldsV1 }) =>
      manager === 'kubectl-edit' && Object.keys(fieldsV1 ?? {}).some((key) => key !== 'f:metadata'),
  )
}

const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100))

/** How one object differs from what was rendered. */
export function driftOf(rendered: Manifest, live: LiveObject | undefined): Finding {
  const { kind, metadata } = rendered
  const subject = subjectOf(kind, metadata.name, metadata.namespace)
  if (!live) return finding(RULE, subject, 'failed', 'it is not in the cluster', './dway up applies it')
  const { status: _status, metadata: own, ...rest } = live
  const { managedFields: _managedFields, ...kept } = own
  const found = differences([rendered], [{ ...rest, metadata: kept }]).filter(
    (difference) => !isOwnImage(difference) && !isDefault(difference) && !isOfNoNamespace(difference),
  )
  const lines = [
    ...found.map(
      ({ place, dev, production }) => `${place}: ${show(dev)} is rendered, ${show(production)} runs`,
    ),
    ...(editedByHand(live) ? ['kubectl edit has changed it'] : []),
  ]
  return findingOf(RULE, subject, {
    wrong: lines,
    good: 'it is as it is rendered',
    remedy: './dway up applies it anew; a change belongs into the tree',
  })
}

/**
 * Whether what runs is what the tree says: each object of the overlay that this checkout runs, field by field.
 * @throws UserError if the overlay does not render or the cluster does not answer
 */
export async function liveDrift(): Promise<Finding[]> {
  const text = await renderOverlay(overlayOf(selection()))
  const rendered = parseManifests(text)
  const get = kubectl(
    ['get', '--ignore-not-found', '--show-managed-fields', '--output', 'json', '--filename', '-'],
    text,
  )
  const { stdout } = await must('the objects of the cluster were not read', get)
  const { items } = JSON.parse(stdout || '{"items":[]}') as { items: LiveObject[] }
  const key = ({ kind, metadata }: Manifest) => subjectOf(kind, metadata.name, metadata.namespace)
  const live = new Map(items.map((item) => [key(item), item]))
  return (
    rendered
      // A Job that is done is taken away after a while.
      .filter((object) => object.kind !== 'Job' || live.has(key(object)))
      .map((object) => driftOf(object, live.get(key(object))))
  )
}

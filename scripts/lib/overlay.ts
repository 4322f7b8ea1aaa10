import path from 'node:path'
import { stringify } from 'yaml'
import { chooseLogStore, logStore, type LogStore } from './log-store.ts'
import { type Manifest, parseManifests } from './manifests.ts'
import { chooseProfile, profile, type Profile } from './profile.ts'
import { root } from './settings.ts'
import { $, kubectl, must } from './shell.ts'
import { step } from './steps.ts'
import { stopTilt, tiltRuns } from './tilt.ts'

/** What a checkout runs. */
export interface Selection {
  profile: Profile
  logStore: LogStore
}

/** What was chosen last. */
export const selection = (): Selection => ({ profile: profile(), logStore: logStore() })

/** The folder below k8s/overlays that is rendered for it; the Tiltfile chooses the same. */
export function overlayOf(selected: Selection): 'dev' | 'dev-full' | 'dev-elk' {
  if (selected.profile === 'core') return 'dev'
  return selected.logStore === 'elk' ? 'dev-elk' : 'dev-full'
}

/** What kustomize makes of an overlay that developers run: the checkout's unless another tree is given. */
export async function renderOverlay(overlay: string, tree = root): Promise<string> {
  const command = $`kubectl kustomize ${path.join(tree, 'k8s/overlays', overlay)}`
  return (await must(`the overlay ${overlay} does not render`, command)).stdout
}

/** A namespace as what this checkout runs has it: applied without its labels, it would lose what they stand for. */
export async function renderNamespace(name: string): Promise<string> {
  const objects = await objectsIn(overlayOf(selection()))
  const found = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name)
  if (found === undefined) throw new Error(`no namespace ${name} is rendered`)
  return stringify(found)
}

const objectsIn = async (overlay: string) => parseManifests(await renderOverlay(overlay))

const identity = ({ kind, metadata }: Manifest) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`

/** What is in `before` and not in `after`, with the workloads first, so that nothing they use is missed. */
export function goneObjects(before: readonly Manifest[], after: readonly Manifest[]): Manifest[] {
  const kept = new Set(after.map(identity))
  const runs = ({ kind }: Manifest) => /^(Deployment|StatefulSet|DaemonSet|Job|CronJob)$/.test(kind)
  const gone = before.filter((one) => !kept.has(identity(one)))
  return [...gone.filter(runs), ...gone.filter((one) => !runs(one))]
}

/**
 * Changes what this checkout runs from now on, if that is something else. Tilt is stopped: a running one applies what is
 * new in any order, accounts after the pods that need them, and one that does not run takes nothing away. The claims of
 * StatefulSets, and with them all data, stay.
 */
export async function changeSelection(wanted: Selection): Promise<void> {
  const from = overlayOf(selection())
  const to = overlayOf(wanted)
  if (from !== to) {
    if (await tiltRuns()) await step(`stop Tilt, which runs ${from}`, () => stopTilt())
    await takeAway(goneObjects(await objectsIn(from), await objectsIn(to)), from)
  }
  chooseProfile(wanted.profile)
  chooseLogStore(wanted.logStore)
}

async function takeAway(gone: readonly Manifest[], overlay: string): Promise<void> {
  const manifests = gone.map((one) => stringify(one)).join('---\n')
  const ask = (...words: string[]) => kubectl([...words, '--ignore-not-found', '--filename', '-'], manifests)
  if (gone.length === 0 || (await ask('get', '--output', 'name').nothrow()).stdout.trim() === '') return
  await step(`take away what only ${overlay} has`, () =>
    must('something was not taken away', ask('delete', '--timeout', '180s')),
  )
}

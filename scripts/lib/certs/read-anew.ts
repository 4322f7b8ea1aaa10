import { NAME_LABEL, type List, type Pod } from '../kubernetes.ts'
import { awaitMounted } from '../mounted.ts'
import { names } from '../settings.ts'
import { getJson } from '../shell.ts'
import { step } from '../steps.ts'
import { type Authority, authorityData } from './authority.ts'
import { mountedAuthorities } from './table.ts'

/**
 * Waits until each running pod that reads the CA's certificates for each connection has those of the Secret.
 * @throws UserError if they don't come
 */
export async function awaitReadAnew(authority: Authority): Promise<void> {
  const { items } = await getJson<List<Pod>>(['--namespace', names.namespace, 'pods'])
  const running = items.filter(
    ({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined,
  )
  const bundle = authorityData(authority)['ca.crt'] ?? ''
  for (const { service, paths } of mountedAuthorities) {
    const pods = running.filter(({ metadata }) => metadata.labels?.[NAME_LABEL] === service)
    for (const { metadata } of pods)
      await step(`see the CA mounted in ${service}`, async () => {
        for (const path of paths) await awaitMounted({ pod: metadata.name, container: service, path }, bundle)
      })
  }
}

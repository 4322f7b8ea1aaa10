import { UserError } from './errors.ts'
import { NAME_LABEL, type List, type Pod } from './kubernetes.ts'
import { names } from './settings.ts'
import { getJson, kubectl } from './shell.ts'

/**
 * The pods of a service that are not about to go, in whatever state.
 * @throws UserError if there is none
 */
export async function podsOf(service: string, namespace: string = names.namespace): Promise<Pod[]> {
  const words = ['--namespace', namespace, 'pods', '--selector', `${NAME_LABEL}=${service}`]
  const { items } = await getJson<List<Pod>>(words)
  const pods = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  if (pods.length === 0) throw new UserError(`no pod of ${service} is there`)
  return pods
}

/** The first of them. */
export async function podOf(service: string, namespace?: string): Promise<Pod> {
  const [pod] = await podsOf(service, namespace)
  return pod as Pod
}

/** Runs a command in a container of a pod, whatever it ends with. */
export function inContainer(
  { metadata: { name, namespace } }: Pod,
  container: string,
  command: readonly string[],
  input?: string,
) {
  const stdin = input === undefined ? [] : ['--stdin']
  const exec = ['exec', ...stdin, '--namespace', namespace, name, '--container', container, '--']
  return kubectl([...exec, ...command], input)
    .timeout('60s')
    .nothrow()
}

import type { ProcessPromise } from 'zx'
import type { Pod } from './kubernetes.ts'
import { names } from './settings.ts'
import { $ } from './shell.ts'

const findProcess = `set -eu
pid=$(ctr --namespace k8s.io tasks list | awk -v id="$1" '$1 == id { print $2 }')
[ -n "$pid" ]
`

/** Runs a shell script in a node, with arguments. */
export function inNode(
  script: string,
  args: readonly string[] = [],
  node: string = names.node,
): ProcessPromise {
  return $({ input: script })`docker exec --interactive ${node} sh -s -- ${args}`
}

/** Runs a shell script in a pod's node, where `$pid` is the first process of the pod's first container. */
export function atProcess({ spec, status }: Pod, script: string): ProcessPromise {
  const id = status.containerStatuses?.[0]?.containerID?.replace(/^.*\/\//, '') ?? ''
  return inNode(findProcess + script, [id], spec.nodeName)
}

/** From outside: the process gets SIGKILL, takes all others of its container with it, and is gone afterwards. */
export function killProcess(pod: Pod): ProcessPromise {
  return atProcess(
    pod,
    `kill -KILL "$pid"
for look in $(seq 100); do
  [ -e "/proc/$pid" ] || exit 0
  sleep 0.1
done
exit 1
`,
  )
}

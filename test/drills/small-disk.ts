import { inNode } from '../../scripts/lib/container-process.ts'
import { kubectl, kubectlBank } from '../../scripts/lib/shell.ts'
import { takeAgentAway, takeAway } from './workloads.ts'

/** Who keeps something on the node, and where. */
interface Keeper {
  /** The folder of the node. */
  path: () => Promise<string>
  /** Ends the pod; when it is gone, this returns what brings it back. */
  end: () => Promise<() => Promise<void>>
  /** Whether it goes on from what was on its disk before; else it finds an empty one. */
  goesOn: boolean
}

/** The one pod of a StatefulSet, with its volume. */
export const statefulSet = (name: string): Keeper => ({
  goesOn: false,
  path: async () => {
    const claim = [
      'get',
      'persistentvolumeclaim',
      `data-${name}-0`,
      '--output',
      'jsonpath={.spec.volumeName}',
    ]
    const { stdout: volume } = await kubectlBank(claim)
    const path = ['get', 'persistentvolume', volume, '--output', 'jsonpath={.spec.hostPath.path}']
    return (await kubectl(path)).stdout
  },
  end: async () => {
    const bringBack = await takeAway(`statefulset/${name}`)
    await kubectlBank(['wait', '--for=delete', `pod/${name}-0`, '--timeout=90s'])
    return bringBack
  },
})

/** The agent that reads the logs. */
export const agent: Keeper = {
  goesOn: true,
  path: () => Promise.resolve('/var/lib/dwaybank-vlagent'),
  end: async () => {
    const bringBack = await takeAgentAway()
    const pods = ['pods', '--selector=app.kubernetes.io/name=vlagent', '--namespace=dwaybank-node']
    await kubectl(['wait', '--for=delete', ...pods, '--timeout=90s'])
    return bringBack
  },
}

/** Puts the folder `$1` on another disk, together with what it holds if `$2` is `kept`. */
const onto = (change: string) => `set -e
rm -rf /run/drill-kept "$1/filled"
[ "$2" = empty ] || cp -a "$1" /run/drill-kept
${change}
[ "$2" = empty ] || cp -a /run/drill-kept/. "$1"`

const MOUNT = onto('mount -t tmpfs -o "size=$3m,mode=0777" drill "$1"')
const UNMOUNT = onto('while umount "$1" 2>/dev/null; do :; done')

/**
 * Lets a pod run on a small disk of its own instead of on its folder of the node.
 * @returns `fill` takes all of the room that is left and `makeRoom` gives it back; `giveBack` lets it run on its folder
 *   again
 */
export async function onSmallDisk(keeper: Keeper, mebibytes: number) {
  const path = await keeper.path()
  const contents = keeper.goesOn ? 'kept' : 'empty'
  const change = async (script: string) => {
    const bringBack = await keeper.end()
    try {
      await inNode(script, [path, contents, String(mebibytes)])
    } finally {
      await bringBack()
    }
  }
  const giveBack = () => change(UNMOUNT)
  try {
    await change(MOUNT)
  } catch (error) {
    await giveBack()
    throw error
  }
  return {
    fill: () => inNode('cat /dev/zero >"$1/filled" 2>/dev/null || true', [path]),
    makeRoom: () => inNode('rm -f "$1/filled"', [path]),
    giveBack,
  }
}

import { inNode } from './container-process.ts'
import { UserError } from './errors.ts'
import { cleaningUp } from './on-exit.ts'
import { podOf } from './pods.ts'
import { must } from './shell.ts'

/** What is frozen thaws by itself after that, before the kubelet would end it: whoever froze it may be gone. */
const THAW_SECONDS = 45

// A process that is just being made keeps the kernel from it.
const FREEZE = `systemctl stop "thaw-$1.timer" 2>/dev/null
systemd-run --quiet --collect --unit "thaw-$1" --on-active ${THAW_SECONDS} --timer-property AccuracySec=1s \\
  ctr --namespace k8s.io tasks resume "$1" || exit 1
for try in 1 2 3 4 5 6 7 8; do
  tasks pause "$1" && exit 0
  sleep 0.5
done
exit 1`
// Nothing is to be thawed where it never came to that. Where that can't be seen, the timer stays.
const THAW = `all=$(tasks list) || exit 1
if printf '%s\\n' "$all" | awk -v id="$1" '$1 == id { print $3 }' | grep -q PAUSED; then
  tasks resume "$1" || exit 1
fi
systemctl stop "thaw-$1.timer" 2>/dev/null
exit 0`

/** Stops every process of a store where it is while `work` runs: connections stay open, and nothing answers. */
export async function whileFrozen<T>(store: string, work: () => Promise<T>): Promise<T> {
  const { spec, status } = await podOf(store)
  const id = status.containerStatuses?.find(({ name }) => name === store)?.containerID?.replace(/^.*\/\//, '')
  if (id === undefined) throw new UserError(`${store} does not run`)
  const tasks = (script: string) =>
    inNode(`tasks() { ctr --namespace k8s.io tasks "$@"; }\n${script}`, [id], spec.nodeName)
  return cleaningUp(
    async () => {
      await must(`${store} was not frozen`, tasks(FREEZE))
      return work()
    },
    async () => {
      await must(`${store} was not thawed`, tasks(THAW))
    },
  )
}

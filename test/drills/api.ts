import { atProcess, inNode } from '../../scripts/lib/container-process.ts'
import { podOf } from '../../scripts/lib/pods.ts'
import type { Drill } from './drill.ts'
import { takeAway } from './workloads.ts'

/** How long it goes on answering when it is told to end: k8s/overlays/dev/api-sources.yaml. */
const ANSWERS_ON_SECONDS = 10

export const apiGone: Drill = {
  title: 'the api gone',
  alerts: [
    { alert: 'ApiDown', after: ANSWERS_ON_SECONDS },
    { alert: 'FrontDoorDown', labels: { job: 'front-door-api' }, after: ANSWERS_ON_SECONDS },
  ],
  plant: () => takeAway('deployment/api'),
}

// The process stands still most of the time, as if it computed; after four minutes at the latest it goes on for good.
// In dev the container's first process only starts the server.
const stutter = `touch /run/drill-stutter
all="$pid $(cat /proc/$pid/task/*/children)"
trap 'kill -CONT $all' EXIT
for turn in $(seq 400); do
  [ -e /run/drill-stutter ] || exit 0
  kill -STOP $all
  sleep 0.4
  kill -CONT $all
  sleep 0.2
done
`

export const blockedEventLoop: Drill = {
  title: 'an api whose event loop stands still again and again',
  alerts: [{ alert: 'EventLoopBlocked', after: 15 }],
  plant: async () => {
    const standing = atProcess(await podOf('api'), stutter)
    standing.catch(() => undefined)
    return async () => {
      await inNode('rm -f /run/drill-stutter')
      await standing
    }
  },
}

import { inNode } from '../../scripts/lib/container-process.ts'
import { imageOf, plantPod } from '../support/planted-pod.ts'
import type { Drill } from './drill.ts'
import { plantMetrics } from './planted-metrics.ts'

// A machine without memory, or with a wrong clock, is nobody's to make: a second exporter tells of one.
const machine = [
  'node_memory_MemTotal_bytes 8e9',
  'node_memory_MemAvailable_bytes 4e8',
  'node_timex_sync_status 1',
  'node_timex_maxerror_seconds 4',
]

export const machineInNeed: Drill = {
  title: 'a machine without memory, whose clock nobody sets any more',
  alerts: [
    { alert: 'NodeMemoryLow', labels: { pod: 'drill-node' } },
    { alert: 'ClockSkewed', labels: { pod: 'drill-node' } },
  ],
  plant: () => plantMetrics('drill-node', 'node-exporter', JSON.stringify(machine)),
}

export const fullDisk: Drill = {
  title: 'a disk of the node that is full',
  alerts: [{ alert: 'NodeDiskNearlyFull', labels: { device: 'drill-disk' } }],
  plant: async () => {
    await inNode(`mkdir -p /mnt/drill && mount -t tmpfs -o size=1m drill-disk /mnt/drill
      head -c 1000000 /dev/zero >/mnt/drill/full`)
    return () => inNode('umount /mnt/drill && rmdir /mnt/drill')
  },
}

// The kernel ends it, and it is started again.
const takesMemory = 'const taken = []; for (;;) taken.push(Buffer.alloc(1e6, 1))'

export const hungryContainer: Drill = {
  title: 'a container that takes more memory than it may',
  alerts: [
    { alert: 'OutOfMemoryKill', looksBack: 120 },
    { alert: 'ContainerRestarting', labels: { pod: 'drill-hungry' }, after: 60 },
  ],
  plant: async () =>
    plantPod('drill-hungry', {
      image: await imageOf('deployment/api'),
      command: ['node', '--eval', takesMemory],
      ready: false,
    }),
}

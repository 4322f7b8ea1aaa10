import { runRedis } from '../../scripts/lib/redis.ts'
import { imageOf, plantPod } from '../support/planted-pod.ts'
import type { Drill } from './drill.ts'
import { takeAway } from './workloads.ts'

async function redisNumber(commands: string[], pattern: RegExp): Promise<number> {
  const answer = await runRedis('Redis was not asked', commands)
  return Number(pattern.exec(answer)?.[1])
}

export const redisGone: Drill = {
  title: 'Redis gone',
  alerts: [{ alert: 'RedisDown' }],
  plant: () => takeAway('statefulset/redis'),
}

const BALLAST = 'drill:ballast'
/** Of so much, the twentieth that stays free is more than connections and new sessions take meanwhile: nobody is logged out. */
const BALLAST_BYTES = 32 * 1024 * 1024

export const memoryNearLimit: Drill = {
  title: 'a limit of memory that Redis has nearly reached',
  alerts: [{ alert: 'RedisMemoryNearLimit' }],
  plant: async () => {
    const limit = await redisNumber(['CONFIG GET maxmemory'], /(\d+)\s*$/)
    await runRedis('Redis took no ballast', [
      `SETRANGE ${BALLAST} ${BALLAST_BYTES} .`,
      `EXPIRE ${BALLAST} 900`,
    ])
    const used = await redisNumber(['INFO memory'], /used_memory:(\d+)/)
    const set = (bytes: number) => runRedis('maxmemory was not set', [`CONFIG SET maxmemory ${bytes}`])
    // Below it nothing is forgotten.
    await set(Math.ceil(used / 0.95))
    return async () => {
      await set(limit)
      await runRedis('the ballast stays', [`UNLINK ${BALLAST}`])
    }
  },
}

// Writes until the disk is full, and then tries again and again.
const fill = `redis-server --bind 127.0.0.1 --dir /data --appendonly yes --save '' --daemonize yes --logfile ''
while sleep 0.2; do head -c 30000 /dev/zero | tr '\\0' x | /usr/bin/redis-cli -x set "filled$(date +%s%N)"; done`

export const fullDisk: Drill = {
  title: 'a Redis whose disk is full',
  alerts: [{ alert: 'RedisWritesFailing', after: 15 }],
  plant: async () => {
    const [image, exporter] = await Promise.all([
      imageOf('statefulset/redis'),
      imageOf('deployment/redis-exporter'),
    ])
    return plantPod('drill-redis', {
      image,
      // Prometheus takes it for another exporter of Redis.
      labels: { 'app.kubernetes.io/name': 'redis-exporter' },
      command: ['sh', '-c', fill],
      container: { volumeMounts: [{ name: 'disk', mountPath: '/data' }] },
      spec: { volumes: [{ name: 'disk', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }] },
      sidecars: [
        {
          name: 'exporter',
          image: exporter,
          command: ['prometheus-redis-exporter', '--redis.addr=redis://127.0.0.1:6379'],
          ports: [{ name: 'metrics', containerPort: 9121 }],
        },
      ],
    })
  },
}

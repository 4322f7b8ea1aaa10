import fs from 'node:fs'
import type { Cause } from '../../scripts/lib/up/finding.ts'
import { killNodeAndTakePort, leavePort } from '../support/trial-engine.ts'
import { editTrial, trialPath } from '../support/trial.ts'

/** A mistake that a developer can make, and what `up` must make of it. */
export interface Fault {
  title: string
  /** Makes the mistake in the scratch checkout, or around it. */
  plant: () => void | Promise<void>
  /** Takes away what was put around the checkout; its files are put back anyway. */
  remove?: () => void
  /** The part and the cause; missing where it is no part of the bank. */
  resource?: string
  cause?: Cause
  /** What `up` ends with. */
  exitCode: number
  /** The first cause is told in these words. */
  message: RegExp
  /** Whether the bank goes on as it was. */
  serves?: true
  /** Whether it is tried in every run, not only in the long form. */
  short?: true
}

export const faults: readonly Fault[] = [
  {
    title: 'An image that cannot be pulled',
    plant: () => {
      editTrial('k8s/base/web/deployment.yaml', 'image: dway/web', 'image: localhost:1/wbe:none')
    },
    resource: 'web',
    cause: 'image-pull',
    exitCode: 6,
    message: /localhost:1\/wbe:none/,
  },
  {
    title: 'A service that crashes when it starts',
    plant: () => {
      editTrial(
        'k8s/overlays/dev/proxy-front-door.yaml',
        '{ name: GENERAL_RATE, value: 2000r/s }',
        '{ name: GENERAL_RATE, value: fast }',
      )
    },
    resource: 'proxy',
    cause: 'crash',
    exitCode: 6,
    message: /GENERAL_RATE='fast' isn't valid/,
    short: true,
  },
  {
    title: 'A memory limit that is too low',
    plant: () => {
      const file = 'k8s/components/admin-tools/deployment-redis-commander.yaml'
      editTrial(file, 'memory: 96Mi', 'memory: 20Mi')
      editTrial(file, 'memory: 192Mi', 'memory: 20Mi')
    },
    resource: 'redis-commander',
    cause: 'out-of-memory',
    exitCode: 6,
    message: /memory limit of 20Mi/,
  },
  {
    title: 'A Secret that does not exist',
    plant: () => {
      editTrial('k8s/base/api/deployment.yaml', 'name: redis-auth', 'name: redis-login')
    },
    resource: 'api',
    cause: 'missing-config',
    exitCode: 6,
    message: /secret "redis-login" not found/,
  },
  {
    title: 'A pod that fits on no node',
    plant: () => {
      editTrial('k8s/base/web/deployment.yaml', 'memory: 256Mi', 'memory: 900Gi')
      editTrial('k8s/base/web/deployment.yaml', 'memory: 128Mi', 'memory: 900Gi')
    },
    resource: 'web',
    cause: 'unschedulable',
    exitCode: 6,
    message: /Insufficient memory/,
  },
  {
    title: 'A migration that fails',
    plant: () => {
      const [last = ''] = fs.readdirSync(trialPath('services/api/migrations')).toSorted().toReversed()
      const number = String(Number.parseInt(last, 10) + 1).padStart(/^\d+/.exec(last)?.[0].length ?? 4, '0')
      const file = trialPath(`services/api/migrations/${number}_mistaken.sql`)
      fs.writeFileSync(file, 'alter table customrs add column nickname text;\n')
    },
    resource: 'migrate',
    cause: 'migration-failed',
    exitCode: 6,
    message: /relation "customrs" does not exist/,
    short: true,
  },
  {
    title: 'A readiness probe that never succeeds',
    plant: () => {
      editTrial('k8s/base/api/deployment.yaml', 'path: /readyz', 'path: /ready')
    },
    resource: 'api',
    cause: 'never-ready',
    exitCode: 6,
    message: /statuscode: 404/,
  },
  {
    title: 'A manifest that Kubernetes refuses',
    plant: () => {
      editTrial('k8s/base/web/deployment.yaml', 'containerPort: 3001', 'containerPort: 300100')
    },
    resource: 'web',
    cause: 'bad-manifest',
    exitCode: 5,
    message: /containerPort: Invalid value/,
  },
  {
    title: 'A manifest that is no YAML',
    plant: () => {
      editTrial('k8s/base/web/deployment.yaml', 'spec:\n  selector', 'spec\n  selector')
    },
    resource: '(Tiltfile)',
    cause: 'bad-manifest',
    exitCode: 5,
    message: /yaml/i,
  },
  {
    title: 'A field that Kubernetes does not know',
    plant: () => {
      editTrial('k8s/base/web/deployment.yaml', 'serviceAccountName:', 'serviceAcountName:')
    },
    resource: 'web',
    cause: 'bad-manifest',
    exitCode: 5,
    message: /Deployment web has no field spec\.template\.spec\.serviceAcountName/,
  },
  {
    title: 'A volume that is full',
    plant: () => {
      const file = 'k8s/components/data-stores/postgres/statefulset.yaml'
      editTrial(file, '{ name: data, mountPath: /data }', '{ name: small, mountPath: /data }')
      editTrial(
        file,
        '      volumes:\n',
        '      volumes:\n        - name: small\n          emptyDir: { medium: Memory, sizeLimit: 8Mi }\n',
      )
    },
    resource: 'postgres',
    cause: 'volume-full',
    exitCode: 6,
    message: /no space left on device/i,
  },
  {
    title: 'A network policy that cuts off the name server',
    plant: () => {
      editTrial(
        'k8s/base/network/allow-dns.yaml',
        'port: 53\n          protocol: UDP',
        'port: 5353\n          protocol: UDP',
      )
    },
    resource: 'api',
    cause: 'no-dns',
    exitCode: 6,
    message: /no NetworkPolicy lets api ask the name server/,
  },
  {
    title: 'A syntax error in the api',
    plant: () => {
      editTrial('services/api/src/app.ts', 'import cookie from', 'const = 1\nimport cookie from')
    },
    resource: 'api',
    cause: 'code-error',
    exitCode: 6,
    message: /app\.ts/,
  },
  {
    title: "A mistake in nginx's configuration",
    plant: () => {
      editTrial('services/proxy/conf/forward.conf', 'proxy_http_version 1.1;', 'proxy_http_version 1.1')
    },
    resource: 'proxy',
    cause: 'code-error',
    exitCode: 6,
    message: /services\/proxy\/conf\/forward\.conf:\d+: /,
    serves: true,
  },
  {
    title: 'A port of the host that something else has taken',
    plant: () => {
      killNodeAndTakePort()
    },
    remove: leavePort,
    exitCode: 3,
    message: /port \d+ is held by .*squatter/,
  },
]

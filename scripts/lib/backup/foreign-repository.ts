import { cleaningUp } from '../on-exit.ts'
import { writeSecret } from '../secrets.ts'
import { kubectlBank, must } from '../shell.ts'
import { secretOf, type BackupKeys } from './keys-file.ts'
import { AUTHORITY_FILE, REPOSITORY_CONF } from './repository-secret.ts'

/** The Secret with the keys of another cluster's backups, and the policy that lets their reader out; both go with it. */
const SECRET = 'restore-repository'
const POLICY = 'allow-restore-to-repository-egress'

/** The label of the pod that reads them. */
const READER = { 'dwaybank/repository': 'foreign' }

/** What makes a pod of pgBackRest read another cluster's repositories in the place of its own. */
export interface ForeignRepository {
  labels: Record<string, string>
  env: { name: string; value: string }[]
  /** In the place of the volumes of the same names. */
  volumes: { name: string }[]
}

const foreign: ForeignRepository = {
  labels: READER,
  // No variable may say where the store is: pgBackRest would believe it more than its file.
  env: [
    { name: 'PGBACKREST_STANZA', value: 'dwaybank' },
    { name: 'PGBACKREST_CONFIG_INCLUDE_PATH', value: '/etc/backup-repository' },
  ],
  volumes: [
    ['repository', REPOSITORY_CONF],
    ['authority', AUTHORITY_FILE],
  ].map(([name = '', key]) => ({
    name,
    secret: { secretName: SECRET, defaultMode: 0o440, optional: true, items: [{ key, path: key }] },
  })),
}

/** To any address, by the store's port alone: what its name leads to may change while a restore is under way. */
const policy = (ports: readonly number[]) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: POLICY, labels: { 'app.kubernetes.io/part-of': 'dwaybank' } },
  spec: {
    podSelector: { matchLabels: READER },
    policyTypes: ['Egress'],
    egress: [
      {
        to: ['0.0.0.0/0', '::/0'].map((cidr) => ({ ipBlock: { cidr } })),
        ports: ports.map((port) => ({ port, protocol: 'TCP' })),
      },
    ],
  },
})

/** What a restore puts into the cluster for it. */
export const foreignObjects = [`secret/${SECRET}`, `networkpolicy/${POLICY}`]

/** Removes what this restore needed; what an earlier one left that was killed is gone before any begins. */
async function remove(): Promise<void> {
  const words = ['delete', ...foreignObjects, '--ignore-not-found']
  await must('the keys of the other backups were not removed from the cluster', kubectlBank(words))
}

/** Runs work that reads another cluster's backups: meanwhile their keys are in this cluster. */
export async function withForeignRepository<T>(
  keys: BackupKeys,
  work: (repository: ForeignRepository) => Promise<T>,
): Promise<T> {
  return cleaningUp(async () => {
    await writeSecret(SECRET, secretOf(keys))
    const ports = [...new Set(keys.repositories.map(({ port }) => Number(port)))]
    await must(
      'the way to the other store was not opened',
      kubectlBank(['apply', '--server-side', '--filename', '-'], JSON.stringify(policy(ports))),
    )
    return work(foreign)
  }, remove)
}

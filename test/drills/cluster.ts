import { restrictedPod } from '../../scripts/lib/restricted-pod.ts'
import { names } from '../../scripts/lib/settings.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import { imageOf } from '../support/planted-pod.ts'
import type { Drill } from './drill.ts'

const NAME = 'drill-cluster'
const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '50m', memory: '32Mi' } }

/** No container of it ever starts, but none is admitted without. */
const probes = {
  readinessProbe: { exec: { command: ['true'] } },
  livenessProbe: { exec: { command: ['true'] } },
}

/** What a Deployment or a Job makes pods of, with no more rights than the namespace lets it have. */
function template(image: string, command: readonly string[], spec: object, container: object): object {
  const { namespace } = names
  const pod = restrictedPod(NAME, { namespace, image, command, spec, container: { resources, ...container } })
  return { ...pod, apiVersion: undefined, kind: undefined }
}

/** What the cluster is told to want, and can't have or soon couldn't have more of. */
async function objects(): Promise<{ kind: string; [field: string]: unknown }[]> {
  const metadata = { name: NAME, namespace: names.namespace }
  const image = await imageOf('deployment/api')
  const selector = { matchLabels: { 'app.kubernetes.io/name': NAME } }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      // More than its autoscaler allows, which cuts it back to its maximum without a measure.
      spec: {
        replicas: 3,
        selector,
        template: template('dway/not-there', ['true'], {}, { imagePullPolicy: 'Never', ...probes }),
      },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME },
        minReplicas: 1,
        maxReplicas: 2,
      },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: { backoffLimit: 0, template: template(image, ['false'], { restartPolicy: 'Never' }, {}) },
    },
    // The two of the proxy, which nobody adds to.
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: { hard: { 'services.nodeports': '2' } },
    },
  ]
}

export const unmetWishes: Drill = {
  title: 'a Deployment that cannot start, a failed Job, an autoscaler and a quota at their end',
  alerts: [
    { alert: 'ReplicasUnavailable', labels: { workload: NAME } },
    { alert: 'ContainerWaiting', labels: { container: NAME }, looksBack: 60 },
    { alert: 'JobFailed', labels: { job_name: NAME }, after: 15 },
    // The cluster looks at each autoscaler every 15 s.
    { alert: 'AutoscalerAtMaximum', labels: { horizontalpodautoscaler: NAME }, after: 30 },
    { alert: 'QuotaNearlyFull', labels: { resourcequota: NAME } },
  ],
  plant: async () => {
    const items = await objects()
    const kinds = items.map(({ kind }) => `${kind.toLowerCase()}/${NAME}`)
    const remove = () => kubectlBank(['delete', ...kinds, '--ignore-not-found', '--cascade=foreground'])
    try {
      await kubectlBank(
        ['create', '--filename', '-'],
        JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
      )
      return remove
    } catch (error) {
      await remove()
      throw error
    }
  },
}

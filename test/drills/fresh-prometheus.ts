import { names } from '../../scripts/lib/settings.ts'
import { getJson, kubectlBank } from '../../scripts/lib/shell.ts'
import { AlertWatch } from './alert-watch.ts'

const FRESH = 'drill-fresh-prometheus'

interface StatefulSet {
  spec: { template: { metadata: object; spec: { volumes?: object[] } } }
}

/**
 * Does something with a second Prometheus, of the same image, configuration and rights as the bank's, that knows nothing
 * of the past: what earlier tests did to the budgets is unknown to it. The Service leaves it out, since it never becomes
 * ready.
 */
export async function withFreshPrometheus(work: (watch: AlertWatch) => Promise<unknown>): Promise<void> {
  const { spec } = await getJson<StatefulSet>(['statefulset/prometheus', '--namespace', names.namespace])
  const { metadata, spec: pod } = spec.template
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: FRESH },
    spec: {
      ...pod,
      readinessGates: [{ conditionType: 'dwaybank/never' }],
      volumes: [...(pod.volumes ?? []), { name: 'data', emptyDir: { sizeLimit: '512Mi' } }],
    },
  }
  await kubectlBank(['create', '--filename', '-'], JSON.stringify(manifest))
  const watch = new AlertWatch(FRESH)
  try {
    await kubectlBank(['wait', '--for=condition=ContainersReady', `pod/${FRESH}`, '--timeout=90s'])
    await watch.start()
    await work(watch)
  } finally {
    await watch.stop()
    // Until it is gone: a second try makes one of the same name at once.
    await kubectlBank(['delete', 'pod', FRESH, '--ignore-not-found', '--timeout=60s'])
  }
}

import path from 'node:path'
import { logStore } from '../../scripts/lib/log-store.ts'
import { shareShipperLogin } from '../../scripts/lib/logs/shipper-login.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $, kubectl, kubectlBank } from '../../scripts/lib/shell.ts'
import { pushToolImage } from '../../scripts/lib/tool-images.ts'

const node = ['--namespace', 'dwaybank-node']

/**
 * The component as it is, with images of its own, and a folder of its own on the node: how far a test has read is nothing
 * that a store knows which is chosen later.
 */
async function manifests(): Promise<string> {
  const images = {
    'dway/elasticsearch': await pushToolImage('elasticsearch'),
    'dway/log-shipper': await pushToolImage('log-shipper'),
  }
  const component = path.join(root, 'k8s/components/logs-elk')
  const rendered = await Promise.all(
    ['bank', 'node'].map(async (folder) => (await $`kubectl kustomize ${component}/${folder}`).stdout),
  )
  return Object.entries(images)
    .reduce(
      (text, [name, image]) => text.replaceAll(`image: ${name}\n`, `image: ${image}\n`),
      rendered.join('---\n'),
    )
    .replace('/var/lib/dwaybank-log-shipper\n', '/var/lib/dwaybank-log-shipper-test\n')
}

/** Waits until store and shipper run as they are told to. */
export async function elkIsReady(): Promise<void> {
  await kubectlBank(['rollout', 'status', 'statefulset/elasticsearch', '--timeout=240s'])
  await kubectl([...node, 'rollout', 'status', 'daemonset/log-shipper', '--timeout=120s'])
}

/**
 * Plants Elasticsearch and its shipper, unless the bank has them.
 * @returns what takes them away again
 */
export async function plantElk(): Promise<() => Promise<void>> {
  if (logStore() === 'elk') return () => Promise.resolve()
  const planted = await manifests()
  await shareShipperLogin()
  await kubectl(['apply', '--filename', '-'], planted)
  return async () => {
    await kubectl(['delete', '--ignore-not-found', '--timeout=60s', '--filename', '-'], planted)
    await kubectlBank(['delete', 'pvc', 'data-elasticsearch-0', '--ignore-not-found', '--timeout=60s'])
  }
}

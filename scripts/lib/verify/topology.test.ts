import { describe, expect, it } from 'vitest'
import { NAME_LABEL, type Container, type Job, type Pod, type Service } from '../kubernetes.ts'
import { onePodEach, standInFor, targetsOf } from './topology.ts'

const pod = (
  service: string,
  name: string,
  ready: boolean,
  phase: Pod['status']['phase'] = 'Running',
): Pod => ({
  metadata: { name, namespace: 'bank', uid: name, creationTimestamp: '', labels: { [NAME_LABEL]: service } },
  spec: { containers: [{ name: service, image: 'i' }] },
  status: { phase, podIP: '172.20.0.9', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
})

describe('the pods that try', () => {
  it('are one of each service, a ready one if there is one', () => {
    const pods = [
      pod('api', 'a', false),
      pod('api', 'b', true),
      pod('web', 'c', false),
      pod('job', 'd', false, 'Succeeded'),
    ]
    expect([...onePodEach(pods)].map(([service, { metadata }]) => [service, metadata.name])).toEqual([
      ['api', 'b'],
      ['web', 'c'],
    ])
  })
})

describe('the ports that are tried', () => {
  const containers: Container[] = [
    {
      name: 'proxy',
      image: 'i',
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'https', containerPort: 8443, protocol: 'TCP' },
        { name: 'quic', containerPort: 8443, protocol: 'UDP' },
        { name: 'metrics', containerPort: 9100 },
      ],
      readinessProbe: { httpGet: { path: '/readyz', port: 'https', scheme: 'HTTPS' } },
      livenessProbe: { httpGet: { path: '/healthz', port: 8080 } },
    },
  ]
  const proxy = { ...pod('proxy', 'p', true), spec: { containers } }
  const metadata = { name: 'front', namespace: 'bank', uid: 's', creationTimestamp: '' }
  const services: Service[] = [
    { metadata, spec: { selector: { [NAME_LABEL]: 'proxy' }, ports: [{ port: 80, targetPort: 'http' }] } },
  ]

  it('are the TCP ports, asked for what the kubelet asks, by the Service where there is one', () => {
    const found = targetsOf('proxy', proxy, {}, services)
    expect(found.map(({ address, protocol }) => ({ ...address, ...protocol }))).toEqual([
      { host: 'front', port: 80, kind: 'http', path: '/healthz', secure: false },
      { host: '172.20.0.9', port: 8443, kind: 'http', path: '/readyz', secure: true },
      { host: '172.20.0.9', port: 9100, kind: 'connect' },
    ])
  })
})

it("lets a Job's stand-in wait, with the Job's own labels and environment but nobody else's labels", () => {
  const job: Job = {
    metadata: { name: 'migrate', namespace: 'bank', uid: 'j', creationTimestamp: '' },
    spec: {
      template: {
        metadata: { labels: { [NAME_LABEL]: 'migrate', 'controller-uid': 'x' } },
        spec: { containers: [{ name: 'migrate', image: 'dway/api', startupProbe: {} }] },
      },
    },
  }
  expect(standInFor(job, 'migrate-verify', { by: 'verify' })).toMatchObject({
    metadata: {
      name: 'migrate-verify',
      namespace: 'bank',
      labels: { [NAME_LABEL]: 'migrate', by: 'verify' },
    },
    spec: {
      restartPolicy: 'Never',
      readinessGates: [{ conditionType: 'dwaybank.dev/serves' }],
      containers: [{ name: 'migrate', image: 'dway/api', command: ['sleep', '180'] }],
    },
  })
  expect(JSON.stringify(standInFor(job, 'm', {}))).not.toMatch(/controller-uid|startupProbe/)
})

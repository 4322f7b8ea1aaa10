import { describe, expect, it } from 'vitest'
import type { Manifest } from '../manifests.ts'
import { driftOf } from './live-drift.ts'

const metadata = { name: 'api', namespace: 'dwaybank' }
const container = { name: 'api', image: 'localhost:5001/dway_api:tilt-1', env: [{ name: 'A', value: '1' }] }
const workload = (changed: object, marks: object = {}): Manifest => ({
  kind: 'Deployment',
  metadata: { ...metadata, ...marks },
  spec: { template: { spec: { containers: [{ ...container, ...changed }] } } },
})
const wanted = workload({})
const drift = (live: Manifest) => driftOf('Deployment/api', live, wanted)

describe('what runs', () => {
  it('is as the API server makes it, whatever it says of its state and of who applied it', () => {
    const live = workload(
      {},
      {
        uid: '1',
        resourceVersion: '2',
        annotations: { 'deployment.kubernetes.io/revision': '3' },
        labels: { 'app.kubernetes.io/managed-by': 'tilt' },
      },
    )
    expect(drift({ ...live, status: { replicas: 1 } }).verdict).toBe('passed')
  })

  it.each([
    ['another image', { image: 'evil' }, /image: "localhost.*" is rendered, "evil" runs/],
    ['a field that nobody named', { securityContext: { privileged: true } }, /securityContext: nothing is/],
    [
      'a variable too many',
      { env: [...container.env, { name: 'B', value: '2' }] },
      /env\[B\]: nothing is rendered/,
    ],
    ['a variable that is gone', { env: [] }, /env\[A\].* is rendered, nothing runs/],
  ])('with %s has drifted', (_what, changed, said) => {
    const found = drift(workload(changed))
    expect(found.verdict).toBe('failed')
    expect(found.evidence).toMatch(said)
  })

  it('that is not there has drifted', () => {
    expect(driftOf('Deployment/api', undefined, undefined).verdict).toBe('failed')
  })

  it('that can not be made what is rendered has drifted, and is not judged for any other refusal', () => {
    const refused = (why: string) => driftOf('Job/migrate', wanted, undefined, why).verdict
    expect(refused('spec.template: field is immutable')).toBe('failed')
    expect(refused('connection refused')).toBe('could not verify')
  })
})

import { describe, expect, it } from 'vitest'
import type { Manifest } from '../manifests.ts'
import { driftOf } from './live-drift.ts'

const metadata = { name: 'api', namespace: 'dwaybank' }
const container = {
  name: 'api',
  image: 'dway/api',
  env: [{ name: 'A', value: '1' }],
  resources: { limits: { cpu: '1' } },
}
const workload = (changed: object): Manifest => ({
  kind: 'Deployment',
  metadata,
  spec: { template: { spec: { containers: [{ ...container, ...changed }] } } },
})
const rendered = workload({})
const applied = { image: 'localhost:5001/dway_api:tilt-1', terminationMessagePath: '/dev/termination-log' }

describe('what runs', () => {
  it('is as it is rendered, with the image that Tilt built and what the cluster adds by itself', () => {
    expect(driftOf(rendered, { ...workload(applied), status: { replicas: 1 } }).verdict).toBe('passed')
  })

  it.each([
    ['a changed value', { resources: { limits: { cpu: '4' } } }, /limits\.cpu: "1" is rendered, "4" runs/],
    [
      'a variable too many',
      { env: [...container.env, { name: 'B', value: '2' }] },
      /env\[B\]: nothing is rendered/,
    ],
    ['a variable that is gone', { env: [] }, /env\[A\].* is rendered, nothing runs/],
  ])('with %s has drifted', (_what, changed, said) => {
    const found = driftOf(rendered, workload({ ...applied, ...changed }))
    expect(found.verdict).toBe('failed')
    expect(found.evidence).toMatch(said)
  })

  it('has drifted when it was edited by hand, whatever the field', () => {
    const managedFields = [{ manager: 'kubectl-edit', fieldsV1: { 'f:spec': {} } }]
    const live = { ...workload(applied), metadata: { ...metadata, managedFields } }
    expect(driftOf(rendered, live)).toMatchObject({
      verdict: 'failed',
      evidence: 'kubectl edit has changed it',
    })
  })

  it('that is not there has drifted', () => {
    expect(driftOf(rendered, undefined).verdict).toBe('failed')
  })
})

import { describe, expect, it, vi } from 'vitest'
import { parseManifests, type Manifest } from '../manifests.ts'
import { kubectl } from '../shell.ts'
import { driftOf, putInPlace } from './live-drift.ts'

vi.mock(import('../shell.ts'), async (original) => ({ ...(await original()), kubectl: vi.fn() }))

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

describe('an object that somebody else changes meanwhile', () => {
  const conflict =
    'Operation cannot be fulfilled on resourcequotas "pods": the object has been modified; try again'
  const objects = ['pods', 'api'].map((name): Manifest => ({ kind: 'Any', metadata: { name } }))

  /** An API server that finds the quota changed for so many times, and takes whatever else it is given. */
  const busyFor = (times: number) => {
    let asked = 0
    vi.mocked(kubectl).mockImplementation((_words, input) => {
      const isBusy = (asked += 1) <= times
      const taken = parseManifests(String(input)).filter(
        ({ metadata }) => !isBusy || metadata.name !== 'pods',
      )
      const answer = {
        stdout: taken.map((one) => JSON.stringify(one)).join('\n---\n'),
        stderr: isBusy ? conflict : '',
      }
      return { nothrow: () => Promise.resolve(answer) } as never
    })
  }

  it('is put in its place again, and it alone', async () => {
    busyFor(2)
    const { made } = await putInPlace(objects)
    expect(made.map(({ metadata }) => metadata.name)).toEqual(['api', 'pods'])
  })

  it('is given up if that goes on', async () => {
    busyFor(Infinity)
    const { made, refusals } = await putInPlace(objects)
    expect(made.map(({ metadata }) => metadata.name)).toEqual(['api'])
    expect(refusals[0]).toBe(conflict)
  })
})

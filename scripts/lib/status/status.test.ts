import { describe, expect, it } from 'vitest'
import type { Pod } from '../kubernetes.ts'
import { age, bytes, usedMemory } from './format.ts'
import { persistentPaths, stateOf } from './pods.ts'

it.each([
  [undefined, '–'],
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [46 * 2 ** 20, '46 MiB'],
  [1.5 * 2 ** 30, '1.5 GiB'],
])('writes %s bytes as %s', (count, text) => {
  expect(bytes(count)).toBe(text)
})

it.each([
  [0.2, '0 s'],
  [59, '59 s'],
  [61, '1 min'],
  [3_700, '1 h 1 min'],
  [11 * 3_600 + 59, '11 h'],
  [90_000, '1 d 1 h'],
])('writes %s seconds as %s', (seconds, text) => {
  expect(age(seconds)).toBe(text)
})

it.each([
  ['1.5GiB / 23.54GiB', 1.5 * 2 ** 30],
  ['21MiB / 2GiB', 21 * 2 ** 20],
  ['0B / 0B', 0],
  ['', undefined],
])('reads %s of docker stats', (text, count) => {
  expect(usedMemory(text)).toBe(count)
})

describe('a pod', () => {
  const pod = (status: Partial<Pod['status']>, deletionTimestamp?: string): Pod => ({
    metadata: {
      name: 'p',
      namespace: 'n',
      uid: 'u',
      creationTimestamp: '',
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: { containers: [] },
    status: { phase: 'Running', ...status },
  })

  it('is ready when the kubelet says so, and not while it ends', () => {
    const conditions: Pod['status']['conditions'] = [{ type: 'Ready', status: 'True' }]
    expect(stateOf(pod({ conditions }))).toEqual({ state: 'ready', healthy: true })
    expect(stateOf(pod({ conditions }, 'now'))).toEqual({ state: 'is ending', healthy: false })
  })

  it('is done when it was a Job that succeeded', () => {
    expect(stateOf(pod({ phase: 'Succeeded' }))).toEqual({ state: 'done', healthy: true })
  })

  it('names what it waits for', () => {
    const waiting = [{ ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }]
    expect(stateOf(pod({ containerStatuses: waiting }))).toEqual({
      state: 'CrashLoopBackOff',
      healthy: false,
    })
    expect(stateOf(pod({}))).toEqual({ state: 'not ready', healthy: false })
  })

  it('has its persistent volumes where they are mounted', () => {
    const spec = {
      volumes: [{ name: 'data', persistentVolumeClaim: {} }, { name: 'tmp' }],
      containers: [
        {
          name: 'c',
          image: 'i',
          volumeMounts: [
            { name: 'data', mountPath: '/data' },
            { name: 'tmp', mountPath: '/tmp' },
          ],
        },
      ],
    }
    expect(persistentPaths({ ...pod({}), spec })).toEqual(['/data'])
  })
})

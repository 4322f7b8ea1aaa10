import { expect, it } from 'vitest'
import { goneObjects, overlayOf } from './overlay.ts'

const object = (kind: string, name: string, namespace?: string) => ({
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
})

it('the profile core has one overlay, whatever store of logs was chosen', () => {
  expect(overlayOf({ profile: 'core', logStore: 'elk' })).toBe('dev')
  expect(overlayOf({ profile: 'full', logStore: 'elk' })).toBe('dev-elk')
  expect(overlayOf({ profile: 'full', logStore: 'victorialogs' })).toBe('dev-full')
})

it('what goes is what has no counterpart of the same kind, name and namespace, workloads first', () => {
  const account = object('ServiceAccount', 'prometheus', 'dwaybank')
  const workload = object('StatefulSet', 'prometheus', 'dwaybank')
  const api = object('Deployment', 'api', 'dwaybank')
  const denied = object('NetworkPolicy', 'default-deny', 'dwaybank-node')
  const before = [account, denied, api, workload, object('Namespace', 'dwaybank-node')]
  const after = [api, object('NetworkPolicy', 'default-deny', 'dwaybank')]
  expect(goneObjects(before, after)).toEqual([
    workload,
    account,
    denied,
    object('Namespace', 'dwaybank-node'),
  ])
})

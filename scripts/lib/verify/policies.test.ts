import { describe, expect, it } from 'vitest'
import { NAME_LABEL } from '../kubernetes.ts'
import { allows, type Endpoint, type NetworkPolicy } from './policies.ts'

const pod = (service: string, namespace = 'bank', ip = '172.20.0.5'): Endpoint => ({
  namespace,
  namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
  labels: { [NAME_LABEL]: service },
  ip,
})
const policy = (spec: NetworkPolicy['spec'], namespace = 'bank'): NetworkPolicy => ({
  metadata: { name: 'p', namespace },
  spec,
})
const called = (service: string) => ({ matchLabels: { [NAME_LABEL]: service } })
const deny = policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
const out = policy({
  podSelector: called('api'),
  policyTypes: ['Egress'],
  egress: [{ to: [{ podSelector: called('redis') }], ports: [{ port: 6379, protocol: 'TCP' }] }],
})
const into = policy({
  podSelector: called('redis'),
  policyTypes: ['Ingress'],
  ingress: [{ from: [{ podSelector: called('api') }], ports: [{ port: 'redis' }] }],
})
const world = policy({
  podSelector: called('proxy'),
  policyTypes: ['Ingress'],
  ingress: [{ ports: [{ port: 8443, protocol: 'TCP' }] }],
})
const redisPort = { number: 6379, name: 'redis' }

describe('an edge', () => {
  it('is open while no policy selects either side', () => {
    expect(allows([], pod('web'), pod('redis'), redisPort)).toBe(true)
  })
  it('needs both sides to say so', () => {
    expect(allows([deny, out, into], pod('api'), pod('redis'), redisPort)).toBe(true)
    expect(allows([deny, out], pod('api'), pod('redis'), redisPort)).toBe(false)
    expect(allows([deny, into], pod('api'), pod('redis'), redisPort)).toBe(false)
  })
  it('is for the named port and pods alone', () => {
    expect(allows([deny, out, into], pod('api'), pod('redis'), { number: 6380 })).toBe(false)
    expect(allows([deny, out, into], pod('web'), pod('redis'), redisPort)).toBe(false)
    expect(allows([deny, out, into], pod('api'), pod('postgres'), redisPort)).toBe(false)
  })
  it('ends at the namespace, unless a selector of namespaces says more', () => {
    expect(allows([deny, out, into], pod('api', 'elsewhere'), pod('redis'), redisPort)).toBe(false)
    const wide = policy({
      podSelector: called('redis'),
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ namespaceSelector: {}, podSelector: called('api') }] }],
    })
    expect(allows([deny, wide], pod('api', 'elsewhere'), pod('redis'), redisPort)).toBe(true)
  })
})

it('lets the world in where no sender is named, though not those who may not go out', () => {
  const port = { number: 8443, name: 'https' }
  expect(allows([deny, world], pod('x', 'elsewhere'), pod('proxy'), port)).toBe(true)
  expect(allows([deny, world], pod('web'), pod('proxy'), port)).toBe(false)
})

it('counts UDP rules for nothing, and ranges of ports for what they span', () => {
  const spans = (protocol: string) =>
    policy({
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 8000, endPort: 9000, protocol }] }],
    })
  expect(allows([spans('UDP')], pod('a'), pod('b'), { number: 8443 })).toBe(false)
  expect(allows([spans('TCP')], pod('a'), pod('b'), { number: 8443 })).toBe(true)
  expect(allows([spans('TCP')], pod('a'), pod('b'), { number: 9001 })).toBe(false)
})

it('reads address blocks and their exceptions', () => {
  const block = policy({
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ ipBlock: { cidr: '172.20.0.0/16', except: ['172.20.9.0/24'] } }] }],
  })
  const to = pod('b')
  expect(allows([block], pod('a', 'x', '172.20.1.1'), to, redisPort)).toBe(true)
  expect(allows([block], pod('a', 'x', '172.20.9.1'), to, redisPort)).toBe(false)
  expect(allows([block], pod('a', 'x', '10.0.0.1'), to, redisPort)).toBe(false)
})

it('takes a policy without types for one of ingress, and of egress if it has such rules', () => {
  const old = policy({ podSelector: called('api'), egress: [] })
  expect(allows([old], pod('api'), pod('redis'), redisPort)).toBe(false)
  expect(allows([policy({ podSelector: called('api') })], pod('api'), pod('redis'), redisPort)).toBe(true)
})

it.each([
  ['In', ['api', 'web'], true],
  ['NotIn', ['api'], false],
  ['Exists', [], true],
  ['DoesNotExist', [], false],
] as const)('understands the expression %s', (operator, values, expected) => {
  const from = { podSelector: { matchExpressions: [{ key: NAME_LABEL, operator, values: [...values] }] } }
  const one = policy({ podSelector: called('redis'), policyTypes: ['Ingress'], ingress: [{ from: [from] }] })
  expect(allows([one], pod('api'), pod('redis'), redisPort)).toBe(expected)
})

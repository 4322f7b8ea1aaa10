import { expect, it } from 'vitest'
import type { Container, Pod } from '../../../kubernetes.ts'
import type { LiveContainer } from '../../live-pods.ts'
import { judgePresence } from './probes.ts'

const probe = { tcpSocket: { port: 1 } }
const all = { startupProbe: probe, livenessProbe: probe, readinessProbe: probe }

function live(subject: string, probes: Partial<Container>): LiveContainer {
  const container: Container = { name: 'one', image: 'image', ...probes }
  const pod = { metadata: { name: 'one' }, spec: { containers: [container] } } as Pod
  return { subject, pod, container }
}

it('a container that is asked everything passes', () => {
  expect(judgePresence(live('Deployment/api', all))).toMatchObject({ rule: 'has-probes', verdict: 'passed' })
})

it.each(['startup', 'liveness', 'readiness'] as const)('one without its %s probe fails by that', (kind) => {
  const { [`${kind}Probe` as const]: _left, ...rest } = all
  const { verdict, evidence } = judgePresence(live('Deployment/api', rest))
  expect([verdict, evidence]).toEqual(['failed', `no ${kind} probe`])
})

it('one that starts at once needs no startup probe', () => {
  const { startupProbe: _left, ...rest } = all
  expect(judgePresence(live('Deployment/redis-exporter', rest)).verdict).toBe('passed')
})

it('an excuse is part of the evidence', () => {
  const { verdict, evidence } = judgePresence(live('StatefulSet/postgres/backup', {}))
  expect(verdict).toBe('passed')
  expect(evidence).toContain('PostgreSQL serves also')
})

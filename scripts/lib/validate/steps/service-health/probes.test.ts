import { expect, it } from 'vitest'
import type { Container } from '../../../kubernetes.ts'
import type { WantedContainer } from '../../live-pods.ts'
import { judgePresence } from './probes.ts'

const probe = { tcpSocket: { port: 1 } }
const all = { startupProbe: probe, livenessProbe: probe, readinessProbe: probe }

function wanted(subject: string, probes: Partial<Container>): WantedContainer {
  const container: Container = { name: 'one', image: 'image', ...probes }
  return { subject, namespace: 'dwaybank', container }
}

it('a container that is asked everything passes', () => {
  expect(judgePresence(wanted('Deployment/api', all))).toMatchObject({
    rule: 'has-probes',
    verdict: 'passed',
  })
})

it.each(['startup', 'liveness', 'readiness'] as const)('one without its %s probe fails by that', (kind) => {
  const { [`${kind}Probe` as const]: _left, ...rest } = all
  const { verdict, evidence } = judgePresence(wanted('Deployment/api', rest))
  expect([verdict, evidence]).toEqual(['failed', `no ${kind} probe`])
})

it('one that starts at once needs no startup probe', () => {
  const { startupProbe: _left, ...rest } = all
  expect(judgePresence(wanted('Deployment/redis-exporter', rest)).verdict).toBe('passed')
})

it('an excuse is part of the evidence', () => {
  const { verdict, evidence } = judgePresence(wanted('StatefulSet/postgres/backup', {}))
  expect(verdict).toBe('passed')
  expect(evidence).toContain('PostgreSQL serves also')
})

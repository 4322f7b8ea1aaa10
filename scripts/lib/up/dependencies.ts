import { NAME_LABEL } from '../kubernetes.ts'
import type { NetworkPolicy } from '../verify/policies.ts'

/** Which services each one needs. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>

/** The api has no connection to the migrations but waits for the schema that they make. */
const BESIDES = [['api', 'migrate']] as const

/**
 * What is asked but can be done without: PostgreSQL keeps what the store of backups does not take, and the proxy has a
 * certificate while none is renewed.
 */
const DISPENSABLE = [
  ['postgres', 'object-store'],
  ['proxy', 'acme'],
] as const

/** Reads from the network policies who asks whom: what a service may reach is what it needs. */
export function dependenciesOf(policies: readonly NetworkPolicy[]): Dependencies {
  const needs = new Map<string, Set<string>>()
  const add = (from: string, to: string) => {
    if (DISPENSABLE.some(([one, other]) => one === from && other === to)) return
    needs.set(from, (needs.get(from) ?? new Set()).add(to))
  }
  for (const { spec } of policies) {
    const from = spec.podSelector.matchLabels?.[NAME_LABEL]
    const peers = (spec.egress ?? []).flatMap(({ to }) => to ?? [])
    for (const { podSelector } of peers) {
      const to = podSelector?.matchLabels?.[NAME_LABEL]
      if (from && to) add(from, to)
    }
  }
  for (const [from, to] of BESIDES) add(from, to)
  return needs
}

/** Everything that a service needs, directly or not. */
export function allNeeds(dependencies: Dependencies, service: string): Set<string> {
  const found = new Set<string>()
  const visit = (name: string) => {
    for (const needed of dependencies.get(name) ?? []) {
      if (found.has(needed)) continue
      found.add(needed)
      visit(needed)
    }
  }
  visit(service)
  found.delete(service)
  return found
}

import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../settings.ts'
import { absences, contract, nameOf, services, signals } from './contract.ts'

it('is about every service of the bank', () => {
  const rendered = fs.globSync('k8s/{base,components/data-stores}/*/service.yaml', { cwd: root })
  expect(rendered.map((file) => path.basename(path.dirname(file))).sort()).toEqual([...services].sort())
})

it.each(services.flatMap((service) => signals.map((signal) => ({ service, signal }))))(
  'has $signal of $service, or says why there are none',
  ({ service, signal }) => {
    const at = (entry: { service: string; signal: string }) =>
      entry.service === service && entry.signal === signal
    const reasons = absences.filter(at)
    expect(reasons.length).toBe(contract.some(at) ? 0 : 1)
    for (const { why } of reasons) expect(why.length).toBeGreaterThan(20)
  },
)

it('calls no two cells alike', () => {
  const all = contract.map(nameOf)
  expect(new Set(all).size).toBe(all.length)
  expect(all).toContain('redis metrics')
  expect(all).toContain('proxy traces: proxy → api')
})

it('searches lines by what the run alone has written', () => {
  const queries = contract.flatMap(({ how }) => ('logsql' in how ? [how.logsql] : []))
  for (const query of queries) expect(query).toContain('MARK')
})

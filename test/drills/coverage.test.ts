import { expect, it } from 'vitest'
import { rules } from '../support/tools.ts'
import { drills } from './drills.ts'

/** It always fires; that it goes when Prometheus can't store is in watchers.test.ts. */
const ALWAYS = 'Watchdog'

it('every alert has one drill', async () => {
  const loaded = (await rules()).filter(({ type }) => type === 'alerting').map(({ name }) => name)
  const drilled = Object.values(drills)
    .flat()
    .flatMap(({ alerts }) => alerts.map(({ alert }) => alert))
  expect([...new Set(drilled), ALWAYS].toSorted()).toEqual(loaded.toSorted())
})

import { expect, it } from 'vitest'
import { findingsOf } from './page-findings.ts'
import type { DeviceFigures, PageFigures } from './page-figures.ts'

const desktop: DeviceFigures = {
  overview: [900, 1_000, 1_100],
  account: [1_200, 1_600, 2_000],
  shifts: [[], [{ value: 0.01, at: 100 }]],
  interactions: [
    { what: 'a search is typed', took: 0 },
    { what: 'an account is opened', took: 80 },
  ],
}
const phone: DeviceFigures = {
  ...desktop,
  account: [1_400],
  shifts: [[{ value: 0.03, at: 100 }]],
  interactions: [{ what: 'an account is opened', took: 101 }],
}
const figures: PageFigures = { desktop, phone, frames: [16, 17, 17, 50], rest: [16, 17, 17] }

it('each figure of the page is held against its goal, on each device', () => {
  const missed = findingsOf(figures).flatMap(({ measure, met }) => (met ? [] : [measure]))
  expect(missed).toEqual(['LCP, account, desktop', 'CLS, phone', 'INP, phone', 'scrolling'])
  expect(findingsOf(figures)).toHaveLength(9)
})

it.each<[string, Partial<PageFigures>]>([
  ['a paint', { desktop: { ...desktop, overview: [900, 0, 1_100] } }],
  ['a load', { phone: { ...phone, account: [] } }],
  ['a page that may have moved', { desktop: { ...desktop, shifts: [] } }],
  ['an interaction', { phone: { ...phone, interactions: [{ what: 'a search is typed', took: 0 }] } }],
  ['a frame', { frames: [] }],
])('there are no figures where the browser has told nothing of %s', (_what, missing) => {
  expect(() => findingsOf({ ...figures, ...missing })).toThrow('not told all')
})

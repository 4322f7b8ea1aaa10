import { expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const services = ['api', 'web', 'proxy', 'postgres', 'redis', 'redis-commander']

it.each([
  ['postgre', 'postgres'],
  ['porxy', 'proxy'],
  ['redis-comander', 'redis-commander'],
  ['ap', 'api'],
])('takes %s for %s', (word, meant) => {
  expect(nearest(word, services)).toBe(meant)
})

it('suggests nothing that is too far away', () => {
  expect(nearest('elasticsearch', services)).toBeUndefined()
  expect(nearest('x', services)).toBeUndefined()
  expect(nearest('api', [])).toBeUndefined()
})

import { expect, it } from 'vitest'
import { isPlain, isQuery, millisecondsOf } from './words.ts'

it.each(['api', 'redis-commander', 'apii', 'API', 'error', ''])(
  '%j is a service, or meant to be one',
  (word) => {
    expect(isQuery(word)).toBe(false)
  },
)

it.each(['level:error', 'request completed', '"error"', '*', '!info', 'a|b', 'api,', '_msg', '{a="b"}'])(
  '%j is a query',
  (word) => {
    expect(isQuery(word)).toBe(true)
  },
)

it.each([
  ['30s', 30_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['0.5h', 1_800_000],
])('%s are %i ms', (duration, milliseconds) => {
  expect(millisecondsOf(duration)).toBe(milliseconds)
})

it.each(['', '10', 'm', '10d', '1h 30m', '-1h'])('%j is no duration', (duration) => {
  expect(millisecondsOf(duration)).toBeUndefined()
})

it.each([
  ['level:error', true],
  ['_msg:"a | b"', true],
  ["path:='a|b' or `|`", true],
  ['level:error | stats count()', false],
  ['"an \\" escaped" | fields _msg', false],
])('%s only selects lines: %s', (query, plain) => {
  expect(isPlain(query)).toBe(plain)
})

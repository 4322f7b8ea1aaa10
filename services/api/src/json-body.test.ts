import { describe, expect, it } from 'vitest'
import { nestingOf } from './json-body.ts'

describe('nestingOf', () => {
  it.each([
    ['1', 0],
    ['{}', 1],
    ['[{"a":[]},{}]', 3],
    ['[[],[],[]]', 2],
    ['{"a":"[[[["}', 1],
    [String.raw`{"a":"\"[[[[","b":[]}`, 2],
    [String.raw`{"a":"\\","b":[[]]}`, 3],
  ])('%s nests %i deep', (json, depth) => {
    expect(nestingOf(json)).toBe(depth)
  })
})

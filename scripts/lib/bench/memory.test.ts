import { describe, expect, it } from 'vitest'
import { UserError } from '../errors.ts'
import { compared } from './memory.ts'

const minutes = (...values: number[]) => values.flatMap((value) => Array.from({ length: 12 }, () => value))

describe("the api's memory", () => {
  it('is compared from the second and third minute to the last two', () => {
    expect(compared(minutes(50, 100, 100, 900, 900, 110, 110), 5)).toEqual({ before: 100, after: 110 })
  })

  it('is not judged by samples that are missing', () => {
    expect(() => compared(minutes(1, 1, 1, 1), 5)).toThrow(UserError)
    expect(() => compared([...minutes(1, 1, 1, 1, 1), NaN], 5)).toThrow(UserError)
  })
})

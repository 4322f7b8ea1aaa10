import { expect, it } from 'vitest'
import { indexNow } from './use-rows-in-view.ts'

it('a row is found where it was, or further down once others came above it', () => {
  const found = (keys: string) => indexNow({ index: 1, key: 'b' }, keys.length, (index) => keys[index] ?? '')
  expect(found('abc')).toBe(1)
  expect(found('xyabc')).toBe(3)
  expect(found('xyz')).toBeUndefined()
})

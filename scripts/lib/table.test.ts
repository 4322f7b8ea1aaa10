import { expect, it } from 'vitest'
import { table } from './table.ts'

it('aligns columns, some of them to the right, and leaves no trailing spaces', () => {
  const rows = [
    ['NAME', 'SIZE', ''],
    ['Zoë', '5', 'x'],
    ['a', '12345', ''],
  ]
  expect(table(rows, [1])).toBe('NAME   SIZE\nZoë       5  x\na     12345')
})

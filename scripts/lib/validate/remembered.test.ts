import fs from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { statePath } from '../settings.ts'
import { forgetOld, keyOf, recall, remember } from './remembered.ts'

const key = keyOf(['a test of its own', String(process.pid)])
const file = statePath('validate', 'remembered', `${key}.json`)
afterEach(() => fs.rmSync(file, { force: true }))

it('recalls what was found out about the same, and nothing of anything else', () => {
  expect(recall(key)).toBeUndefined()
  remember(key, { exitCode: 0 })
  expect(recall(key)).toEqual({ exitCode: 0 })
  expect(recall(keyOf(['another']))).toBeUndefined()
})

it('keys differ by every part, and by where one ends', () => {
  const keys = [['ab', 'c'], ['a', 'bc'], ['abc'], ['c', 'ab'], ['ab', 'c', '']].map((parts) => keyOf(parts))
  expect(new Set(keys).size).toBe(keys.length)
})

it('takes what was broken off for nothing', () => {
  fs.writeFileSync(file, '{"exitCode":')
  expect(recall(key)).toBeUndefined()
})

it('forgets what nobody asked for a month', () => {
  remember(key, 1)
  forgetOld()
  expect(recall(key)).toBe(1)
  const long = new Date(Date.now() - 31 * 86_400_000)
  fs.utimesSync(file, long, long)
  forgetOld()
  expect(recall(key)).toBeUndefined()
})

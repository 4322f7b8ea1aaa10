import { describe, expect, it } from 'vitest'
import { Refusal } from '../errors.ts'
import { readCursor, writeCursor } from './entries.ts'

describe('cursors', () => {
  it('are read as they were written', () => {
    expect(readCursor(writeCursor(4711))).toBe(4711)
  })

  it('are refused when this API did not give them', () => {
    for (const cursor of ['4711', 'zzz', '', Buffer.from('entry:-1').toString('base64url')]) {
      expect(() => readCursor(cursor)).toThrow(Refusal)
    }
  })
})

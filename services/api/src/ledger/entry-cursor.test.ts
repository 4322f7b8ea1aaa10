import { describe, expect, it } from 'vitest'
import { Refusal } from '../errors.ts'
import { readCursor, writeCursor, type EntryList } from './entry-cursor.ts'

const list: EntryList = { accountId: 'aaaaaaaa-0000-4000-8000-000000000001', filter: { q: 'rent' } }

describe('cursors', () => {
  it('are read as they were written', () => {
    for (const sequence of [1, 4711, Number.MAX_SAFE_INTEGER]) {
      expect(readCursor(writeCursor(sequence, list), list)).toBe(sequence)
    }
  })

  it('are refused when this API did not give them', () => {
    const far = Buffer.from(writeCursor(1, list), 'base64url').fill(255, 0, 8).toString('base64url')
    for (const cursor of ['4711', 'zzz', '', `${writeCursor(1, list)}AAAA`, far]) {
      expect(() => readCursor(cursor, list)).toThrow(Refusal)
    }
  })

  it('belong to one account and one filter, however the id is spelled', () => {
    const cursor = writeCursor(4711, list)
    expect(readCursor(cursor, { ...list, accountId: list.accountId.toUpperCase() })).toBe(4711)
    const others: EntryList[] = [
      { ...list, accountId: 'aaaaaaaa-0000-4000-8000-000000000002' },
      { ...list, filter: {} },
      { ...list, filter: { q: 'rents' } },
      { ...list, filter: { q: 'rent', direction: 'in' } },
      { ...list, filter: { q: 'rent', minAmount: 1 } },
      { ...list, filter: { q: 'rent', from: '2026-01-01' } },
    ]
    for (const other of others) expect(() => readCursor(cursor, other)).toThrow('another account or filter')
  })
})

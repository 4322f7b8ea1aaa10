import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { SHOWN_KINDS, readEventCursor, writeEventCursor } from './events.ts'

describe('security events', () => {
  it('are of the kinds that the database knows', async () => {
    const sql = await readFile(new URL('../../migrations/0013_operator_record.sql', import.meta.url), 'utf8')
    const known = /security_events_kind_known check \(kind in \(([^)]*)\)/.exec(sql)?.[1]?.match(/[a-z_]+/g)
    expect([...SHOWN_KINDS, 'operator_refused']).toEqual(known)
  })

  it('are listed from a cursor that this API gave, and from no other', () => {
    expect(readEventCursor(writeEventCursor(17))).toBe(17)
    for (const text of ['', 'event:1', Buffer.from('entry:1').toString('base64url')]) {
      expect(() => readEventCursor(text)).toThrow('cursor')
    }
  })
})

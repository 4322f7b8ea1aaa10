import { expect, it } from 'vitest'
import type { Backup } from './info.ts'
import { backupBefore } from './restore.ts'
import { parseUndone } from './undone.ts'

const at = (time: string) => new Date(`2026-11-26T${time}Z`)
const backup = (label: string, ended: string): Backup => ({
  label,
  type: 'full',
  startedAt: at(ended),
  endedAt: at(ended),
  databaseBytes: 1,
  storedBytes: 1,
  redisKeys: 1,
  key: 'PGBACKREST_REPO1_CIPHER_PASS',
})
const backups = [backup('A', '10:00:00'), backup('B', '12:00:00'), backup('C', '14:00:00')]
const undone = parseUndone(['2026-11-26T11:00:00.000Z 2026-11-26T13:00:00.000Z'])

it.each(['', '2026-11-26T11:00:00.000Z', 'then now', '2026-11-26T13:00:00.000Z 2026-11-26T11:00:00.000Z'])(
  "what restores have undone is not known by a line '%s'",
  (line) => {
    expect(() => parseUndone([line])).toThrow('is no time that a restore has undone')
  },
)

it('a restore begins with the newest backup before the moment, or with the newest of all', () => {
  expect(backupBefore(at('12:00:01'), backups).label).toBe('B')
  expect(backupBefore(at('12:00:00'), backups).label).toBe('A')
  expect(backupBefore(undefined, backups).label).toBe('C')
})

it('and with none of a time that was undone, of which no moment is left', () => {
  expect(backupBefore(at('13:30:00'), backups, undone).label).toBe('A')
  expect(() => backupBefore(at('12:30:00'), backups, undone)).toThrow('was undone by a restore')
})

it('there must be one', () => {
  expect(() => backupBefore(at('09:00:00'), backups)).toThrow('the first backup ended then')
  expect(() => backupBefore(undefined, [])).toThrow('there is no backup')
})

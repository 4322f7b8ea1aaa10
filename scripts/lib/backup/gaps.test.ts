import { expect, it } from 'vitest'
import { gapsOf, parseDropped } from './gaps.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 14, minute))
const backup = (started: number) => ({
  label: `20261126-14${started}00F`,
  type: 'full' as const,
  startedAt: at(started),
  endedAt: at(started + 1),
  databaseBytes: 1,
  storedBytes: 1,
  redisKeys: 1,
  key: 'PGBACKREST_REPO1_CIPHER_PASS',
})
const dropped = (...minutes: number[]) =>
  parseDropped(minutes.map((minute) => `00000001000000000000000A ${at(minute).toISOString()}`))

it('nothing was given up in an empty file', () => {
  expect(parseDropped([''])).toEqual([])
})

it('a gap goes from the first segment that was given up to the end of the next backup', () => {
  expect(gapsOf(dropped(12, 11), [backup(10), backup(20), backup(30)])).toEqual([
    { from: at(10), to: at(21) },
  ])
})

it('a gap that no backup has ended yet has no end', () => {
  expect(gapsOf(dropped(11, 31, 32), [backup(10), backup(20), backup(30)])).toEqual([
    { from: at(10), to: at(21) },
    { from: at(30), to: undefined },
  ])
})

it('a gap before the first backup that is kept is none', () => {
  expect(gapsOf(dropped(11), [backup(20), backup(30)])).toEqual([])
})

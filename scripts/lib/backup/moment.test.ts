import { describe, expect, it } from 'vitest'
import { parseMoment } from './moment.ts'

const now = new Date('2026-11-26T15:00:00Z')

describe('a moment to restore', () => {
  it.each([
    ['2026-11-26T14:05:09Z', '2026-11-26T14:05:09.000Z'],
    ['2026-11-26 14:05:09', '2026-11-26T14:05:09.000Z'],
    ['2026-11-26T14:05', '2026-11-26T14:05:00.000Z'],
    ['2026-11-26T14:05:09.250+02:00', '2026-11-26T12:05:09.250Z'],
    ['2026-11-26 00:05+0100', '2026-11-25T23:05:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseMoment(text, now).toISOString()).toBe(expected)
  })

  it.each([
    '',
    'yesterday',
    '14:05',
    '2026-11-26',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-26T25:00:00Z',
  ])("'%s' is none", (text) => {
    expect(() => parseMoment(text, now)).toThrow('write it as 2026-11-26T14:05:09Z')
  })

  it('has come already', () => {
    expect(() => parseMoment('2026-11-26T15:00:01Z', now)).toThrow('has not come yet')
  })
})

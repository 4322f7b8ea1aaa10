import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Positions } from './positions.ts'
import { nextShipment } from './shipper.ts'

let folder: string
const at = (file: string) => path.join(folder, 'pods', file)
const write = (file: string, ...texts: string[]) => {
  fs.mkdirSync(path.dirname(at(file)), { recursive: true })
  for (const [index, text] of texts.entries())
    fs.appendFileSync(at(file), `2026-11-26T01:00:0${index}.000000000Z stdout F ${text}\n`)
}
/** What a shipper that starts now reads, and writes down. */
const ship = () => {
  const positions = new Positions(path.join(folder, 'positions.json'))
  const { documents, moved, there } = nextShipment(path.join(folder, 'pods'), ['dwaybank'], positions)
  positions.keep(moved, there)
  return documents.map(({ head }) => (JSON.parse(`${head}}`) as { message: string }).message)
}

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shipper-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

it('goes on where the one before was, though the log has another name by now', () => {
  write('dwaybank_a_u1/c/0.log', 'one')
  expect(ship()).toEqual(['one'])
  fs.appendFileSync(at('dwaybank_a_u1/c/0.log'), '2026-11-26T01:00:01.000000000Z stdout F two\n')
  fs.renameSync(at('dwaybank_a_u1/c/0.log'), at('dwaybank_a_u1/c/0.log.20261126-010002'))
  fs.writeFileSync(at('dwaybank_a_u1/c/0.log'), '2026-11-26T01:00:03.000000000Z stdout F three\n')
  expect(ship()).toEqual(['two', 'three'])
  expect(ship()).toEqual([])
})

it('reads each start of a container, and no other namespace', () => {
  write('dwaybank_a_u1/c/0.log', 'first')
  write('dwaybank_a_u1/c/1.log.gz', 'packed')
  write('dwaybank-else_a_u1/c/0.log', 'of others')
  expect(ship()).toEqual(['first'])
  fs.writeFileSync(at('dwaybank_a_u1/c/1.log'), '2026-11-26T01:00:09.000000000Z stdout F second\n')
  expect(ship()).toEqual(['second'])
})

it('reads a log that is longer than a piece, and a line that is longer than one', () => {
  const long = 'x'.repeat(900_000)
  write('dwaybank_a_u1/c/0.log', long, long, 'end')
  expect([ship(), ship(), ship()].flat().map((text) => text.length)).toEqual([900_000, 900_000, 3])
  fs.appendFileSync(
    at('dwaybank_a_u1/c/0.log'),
    Array.from({ length: 130 }, () => `2026-11-26T01:00:05.000000000Z stdout P ${'y'.repeat(16_000)}\n`).join(
      '',
    ),
  )
  const parts = [ship(), ship(), ship()].flat()
  expect(parts.length).toBeGreaterThan(0)
  expect(parts.every((part) => /^y+$/.test(part))).toBe(true)
})

it('keeps the place of no log that is gone', () => {
  write('dwaybank_a_u1/c/0.log', 'one')
  write('dwaybank_b_u2/c/0.log', 'two')
  ship()
  fs.rmSync(at('dwaybank_a_u1'), { recursive: true })
  fs.appendFileSync(at('dwaybank_b_u2/c/0.log'), '2026-11-26T01:00:05.000000000Z stdout F three\n')
  expect(ship()).toEqual(['three'])
  const kept = Object.keys(JSON.parse(fs.readFileSync(path.join(folder, 'positions.json'), 'utf8')) as object)
  expect(kept).toEqual(['dwaybank_b_u2/c 2026-11-26T01:00:00.000000000Z'])
})

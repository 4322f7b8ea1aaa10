import { expect, it } from 'vitest'
import { beginningOf, readLines } from './lines.ts'

const at = (second: number) => `2026-11-26T01:00:0${second}.123456789Z`
const read = (text: string, offset = 0, goesOn = true) => readLines(Buffer.from(text), offset, goesOn)
const texts = (text: string, goesOn = true) => read(text, 0, goesOn).lines.map((line) => line.text)

it('takes time, stream and text, and leaves what has no end yet', () => {
  const kept = `${at(1)} stdout F ä {"a": 1} \n${at(2)} stderr F \n`
  const { lines, next } = read(`${kept}${at(3)} stdout F hal`, 100)
  expect(lines).toEqual([
    { offset: 100, time: at(1), stream: 'stdout', text: 'ä {"a": 1} ' },
    {
      offset: 100 + Buffer.byteLength(kept.split('\n')[0] ?? '') + 1,
      time: at(2),
      stream: 'stderr',
      text: '',
    },
  ])
  expect(next).toBe(100 + Buffer.byteLength(kept))
})

it('puts a long line together, each stream by itself', () => {
  const parts = `${at(1)} stdout P one \n${at(2)} stderr F else\n${at(3)} stdout F two\n`
  expect(texts(parts)).toEqual(['else', 'one two'])
  expect(read(parts).lines[1]).toMatchObject({ offset: 0, time: at(1) })
})

it('begins again at a long line that is not whole yet, unless there is no more room to wait', () => {
  const parts = `${at(1)} stdout F a\n${at(2)} stdout P b\n${at(3)} stderr F c\n`
  expect(read(parts).next).toBe(`${at(1)} stdout F a\n`.length)
  expect(texts(parts)).toEqual(['a', 'c'])
  expect(texts(parts, false)).toEqual(['a', 'c', 'b'])
  expect(read(parts, 0, false).next).toBe(parts.length)
})

it('counts what is no line of a log', () => {
  expect(read(`\0\0\0\n${at(1)} stdout F a\n`)).toMatchObject({ strange: 1, lines: [{ text: 'a' }] })
})

it('knows a log by its first time', () => {
  expect(beginningOf(Buffer.from(`${at(1)} stdout F a\n${at(2)} stdout F b`))).toBe(at(1))
  expect(beginningOf(Buffer.from(''))).toBeUndefined()
})

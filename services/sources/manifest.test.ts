import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf, readManifest } from './manifest.ts'
import { formatReport, parseReport } from './report.ts'

let folder: string
const file = (name: string) => path.join(folder, name)
const write = (name: string, contents: string) => {
  fs.mkdirSync(path.dirname(file(name)), { recursive: true })
  fs.writeFileSync(file(name), contents)
}
const digest = () => digestOf(readManifest(folder, ['src']))

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'manifest-'))
  write('src/a.ts', 'a')
  write('src/b/c.ts', 'c')
  write('src/b.ts', 'b')
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

describe('the digest', () => {
  it.each<[string, () => void]>([
    ['an edit', () => write('src/a.ts', 'A')],
    ['a new file', () => write('src/new.ts', '')],
    ['a deleted file', () => fs.rmSync(file('src/a.ts'))],
    ['a renamed file', () => fs.renameSync(file('src/a.ts'), file('src/z.ts'))],
    ['a renamed folder', () => fs.renameSync(file('src/b'), file('src/d'))],
    [
      'two files that change places',
      () => {
        write('src/a.ts', 'b')
        write('src/b.ts', 'a')
      },
    ],
    [
      'a folder that becomes a file',
      () => {
        fs.rmSync(file('src/b'), { recursive: true })
        write('src/b', 'c')
      },
    ],
  ])('is another after %s', (_, change) => {
    const before = digest()
    change()
    expect(digest()).not.toBe(before)
  })

  it('does not depend on modes, times, empty folders or the order of making', () => {
    const before = digest()
    fs.chmodSync(file('src/a.ts'), 0o600)
    fs.utimesSync(file('src/b.ts'), 1, 1)
    fs.mkdirSync(file('src/empty/deep'), { recursive: true })
    fs.rmSync(file('src/a.ts'))
    write('src/a.ts', 'a')
    expect(digest()).toBe(before)
  })

  it('is of nothing where the folder is missing', () => {
    expect(readManifest(folder, ['none', 'src/none.ts']).size).toBe(0)
  })

  it('leaves out what is ignored, with all that is below it', () => {
    const names = [...readManifest(folder, ['src'], (name) => name === 'src/b').keys()]
    expect(names).toEqual(['src/a.ts', 'src/b.ts'])
  })

  it('is what find, sort and sha256sum come to, whatever the names', () => {
    for (const name of [
      'ä.ts',
      '😀.ts',
      '\uffff.ts',
      'with space',
      'back\\slash',
      'new\nline',
      'B.ts',
      '-dash',
    ])
      write(`src/${name}`, name)
    const script =
      'find -L src -type f -print0 | LC_ALL=C sort --zero-terminated | xargs --null sha256sum --zero'
    const sums = execFileSync('sh', ['-c', script], { cwd: folder })
    expect(createHash('sha256').update(sums).digest('hex')).toBe(digest())
  })
})

describe('a report', () => {
  const runs = () => readManifest(folder, ['src'])

  it('is read as it was written', () => {
    write('src/new\nline and "quotes"', '')
    const report = { state: 'broken', error: 'a.ts:1: no', runs: runs(), files: new Map() } as const
    expect(parseReport(formatReport(report))).toEqual({ ...report, digest: digest() })
  })

  it.each([
    ['nothing', () => ''],
    ['something else', () => 'hello'],
    ['the first half', () => formatReport({ state: 'runs', runs: runs(), files: runs() }).slice(0, 150)],
  ])('is refused if it is %s', (_, text) => {
    expect(() => parseReport(text())).toThrow()
  })
})

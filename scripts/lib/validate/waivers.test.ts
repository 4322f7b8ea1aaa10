import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { finding } from './finding.ts'
import { applyWaivers, readWaivers, type Waiver } from './waivers.ts'

const waiver: Waiver = {
  rule: 'image-size',
  subject: 'api:production',
  reason: 'it carries a second runtime',
  owner: 'platform',
  expires: '2026-12-31',
}
const today = new Date('2026-12-01T12:00:00Z')
const tooLarge = finding('image-size', 'api:production', 'failed', '300 MB of at most 225')
const fine = finding('image-size', 'web:production', 'passed', '90 MB of at most 100')

const apply = (waivers: Waiver[], findings = [tooLarge, fine], complete = true) =>
  applyWaivers(findings, waivers, today, complete)

/** A tree with this file of waivers and nothing else. */
function treeWith(text: string): string {
  const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'waivers-'))
  fs.writeFileSync(path.join(tree, 'waivers.yaml'), text)
  return tree
}

describe('a waiver', () => {
  it('covers the finding of its rule and subject, and no other', () => {
    const { findings, ofWaivers } = apply([waiver])
    expect(findings.map(({ waivedBy }) => waivedBy)).toEqual([waiver, undefined])
    expect(ofWaivers).toMatchObject([{ rule: 'waiver-expired', verdict: 'passed' }])
  })

  it('may leave a part of the subject open, but no space', () => {
    const open = { ...waiver, subject: '*:production' }
    expect(apply([open]).findings[0]?.waivedBy).toBe(open)
    const elsewhere = finding('image-size', 'dev-full api:production', 'failed', '')
    expect(apply([open], [elsewhere]).findings[0]?.waivedBy).toBeUndefined()
  })

  it('covers nothing that could not be verified', () => {
    const unread = finding('image-size', 'api:production', 'could not verify', 'it was not built')
    expect(apply([waiver], [unread]).findings[0]?.waivedBy).toBeUndefined()
  })

  it('takes no sign of its subject for a pattern but the star', () => {
    const { findings } = apply([{ ...waiver, subject: 'api.production' }])
    expect(findings[0]?.waivedBy).toBeUndefined()
  })

  it('counts on its last day, and covers nothing after it', () => {
    expect(apply([{ ...waiver, expires: '2026-12-01' }]).findings[0]?.waivedBy).toBeDefined()
    const { findings, ofWaivers } = apply([{ ...waiver, expires: '2026-11-30' }])
    expect(findings[0]?.waivedBy).toBeUndefined()
    expect(ofWaivers).toMatchObject([{ rule: 'waiver-expired', verdict: 'failed' }])
  })

  it('lasts 180 days at most', () => {
    expect(apply([{ ...waiver, expires: '2027-05-30' }]).findings[0]?.waivedBy).toBeDefined()
    const { findings, ofWaivers } = apply([{ ...waiver, expires: '2027-05-31' }])
    expect(findings[0]?.waivedBy).toBeUndefined()
    expect(ofWaivers).toMatchObject([{ verdict: 'failed' }])
  })

  it('that covers nothing fails', () => {
    const { ofWaivers } = apply([{ ...waiver, subject: 'web:production' }])
    expect(ofWaivers).toContainEqual(expect.objectContaining({ rule: 'waiver-unused', verdict: 'failed' }))
  })

  it('of a rule that nobody looked at is only judged when every step ran', () => {
    const other = { ...waiver, rule: 'unheard-of' }
    expect(apply([other], [tooLarge], false).ofWaivers).toEqual([])
    expect(apply([other], [tooLarge], true).ofWaivers).toHaveLength(2)
  })
})

describe('the file of waivers', () => {
  const good = 'rule: a\n  reason: b\n  owner: c\n  expires: "2026-12-31"'

  it('may be empty, and may name several subjects in one', () => {
    expect(readWaivers(treeWith('# nothing\n[]\n'))).toEqual([])
    expect(readWaivers(treeWith(`- ${good}\n  subject: [x, y]\n`)).map(({ subject }) => subject)).toEqual([
      'x',
      'y',
    ])
  })

  it.each([
    ['no list', 'rule: a\n', /must be a list/],
    ['no YAML', '- [\n', /is not YAML/],
    ['a field too many', `- ${good}\n  subject: x\n  for: ever\n`, /unknown field: for/],
    ['no subject', `- ${good}\n`, /has no subject/],
    ['no reason', `- ${good.replace('reason: b', 'reason: ""')}\n  subject: x\n`, /has no reason/],
    ['a day that there is not', `- ${good.replace('12-31', '02-30')}\n  subject: x\n`, /is no day/],
    ['one thing twice', `- ${good}\n  subject: x\n- ${good}\n  subject: x\n`, /twice/],
  ])('with %s is refused', (_what, text, said) => {
    expect(() => readWaivers(treeWith(text))).toThrow(said)
  })

  it('of this tree is well-formed', () => {
    expect(() => readWaivers(path.join(import.meta.dirname, '../../..'))).not.toThrow()
  })
})

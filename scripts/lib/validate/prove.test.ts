import { describe, expect, it } from 'vitest'
import { allSteps } from './all-steps.ts'
import type { Fault } from './fault.ts'
import { finding } from './finding.ts'
import { faultsOf, isProof, judgeFault, proofReport } from './prove.ts'

const of = (rule: string, subject: string, verdict: 'passed' | 'failed' | 'could not verify') =>
  finding(rule, subject, verdict, 'seen')
const fault = { finds: { rule: 'image-size', subject: /^api:/ } }
const clean = [of('image-size', 'api:dev', 'passed'), of('image-user', 'api:dev', 'passed')]
const [size, user] = clean as [(typeof clean)[number], (typeof clean)[number]]
const failed = of('image-size', 'api:dev', 'failed')

describe('a planted fault', () => {
  it('is caught when its finding is new, and nothing else is', () => {
    expect(judgeFault(fault, clean, [failed, user])).toEqual({ caught: true, falseAlarms: [] })
  })

  it('is missed when nothing changed, and when it could only not be verified', () => {
    expect(judgeFault(fault, clean, clean).caught).toBe(false)
    expect(judgeFault(fault, clean, [of('image-size', 'api:dev', 'could not verify'), user]).caught).toBe(
      false,
    )
  })

  it('is missed when the finding was there before', () => {
    expect(judgeFault(fault, [failed, user], [failed, user]).caught).toBe(false)
  })

  it('is not excused for what is new beside it', () => {
    const other = of('image-user', 'api:dev', 'failed')
    expect(judgeFault(fault, clean, [failed, other]).falseAlarms).toEqual(['image-user, api:dev: seen'])
  })

  it('is not excused for what is not looked at any more', () => {
    expect(judgeFault(fault, clean, [failed]).falseAlarms).toEqual(['image-user, api:dev is missing'])
  })

  it('that is found in two places is one too many', () => {
    const twice = judgeFault(fault, clean, [failed, of('image-size', 'api:production', 'failed'), user])
    expect(twice.caught).toBe(false)
    expect(twice.falseAlarms).toHaveLength(1)
  })

  it('is excused for what it names beside it, and for nothing else', () => {
    const other = of('image-user', 'api:dev', 'failed')
    const judge = (also: Fault['also']) =>
      judgeFault({ ...fault, ...(also && { also }) }, clean, [failed, other])
    expect(judge([{ rule: 'image-user', subject: 'api:dev' }]).falseAlarms).toEqual([])
    expect(judge([{ rule: 'image-user' }])).toEqual({ caught: true, falseAlarms: [] })
    expect(judge([{ rule: 'image-user', subject: 'web:dev' }]).falseAlarms).toEqual([
      'image-user, api:dev: seen',
      'image-user, web:dev, which is to come with it, did not',
    ])
  })

  it('is not excused for what it names beside it and does not bring', () => {
    const { falseAlarms } = judgeFault({ ...fault, also: [{ rule: 'image-user' }] }, clean, [failed, user])
    expect(falseAlarms).toEqual(['image-user, any subject, which is to come with it, did not'])
  })

  it('counts waived findings as good', () => {
    const waiver = { rule: 'r', subject: 's', reason: 'x', owner: 'y', expires: '2027-01-01' }
    const waived = { ...of('image-user', 'api:dev', 'failed'), waivedBy: waiver }
    expect(judgeFault(fault, [size, waived], [failed, waived]).falseAlarms).toEqual([])
  })
})

describe('a proof', () => {
  const proof = { fault: 'f', breaks: 'x', caught: true, falseAlarms: [], seconds: 2 }

  it('needs faults, all of them caught, and no false alarm', () => {
    expect(isProof([])).toBe(false)
    expect(isProof([proof])).toBe(true)
    expect(isProof([proof, { ...proof, caught: false }])).toBe(false)
    expect(isProof([{ ...proof, falseAlarms: ['y'] }])).toBe(false)
  })

  it('ends with the numbers', () => {
    const text = proofReport([proof, { ...proof, caught: false, falseAlarms: ['y'] }])
    expect(text).toMatch(/1 of 2 faults caught, 1 missed, 1 false alarms, in 4 s$/)
  })
})

describe('the faults', () => {
  it('are at least four for each step, and are named after it', async () => {
    for (const step of allSteps) {
      const own = await faultsOf([step])
      expect(own.length, step.name).toBeGreaterThanOrEqual(4)
      for (const { name } of own)
        expect(name).toMatch(new RegExp(`^${step.name.toLowerCase().replaceAll(' ', '-')}-`))
    }
  })
})

import { describe, expect, it } from 'vitest'
import { finding } from './finding.ts'
import { htmlReport } from './html-report.ts'
import { junitReport } from './junit-report.ts'
import { notRun } from './not-run.ts'
import { isGood, type Validation } from './run.ts'
import { textReport } from './text-report.ts'
import type { JudgedFinding } from './waivers.ts'

const passed = finding('image-user', 'api', 'passed', 'it runs as 1001')
const failed = finding('image-size', 'web', 'failed', '<b>300 MB</b> & more\u001b[31m', 'make it "smaller"')
const unknown = finding('step-3', 'service health', 'could not verify', 'nothing is up')
const missing = notRun('npm-advisories', 'package-lock.json', 'no advisories here')
const waived: JudgedFinding = {
  ...finding('probes', 'Deployment/proxy', 'failed', 'no probe'),
  waivedBy: {
    rule: 'probes',
    subject: 'Deployment/proxy',
    reason: 'for a while',
    owner: 'me',
    expires: '2027-01-01',
  },
}

const validation = (...findings: JudgedFinding[]): Validation => ({
  results: [
    {
      step: {
        number: 1,
        name: 'container build',
        proves: 'Images are good.',
        needs: 'engine',
        run: async () => [],
      },
      seconds: 1.5,
      findings,
    },
  ],
  ofWaivers: [],
})
const all = validation(passed, failed, unknown, missing, waived)

describe('a validation', () => {
  const none: ReadonlySet<string> = new Set()
  const some: ReadonlySet<string> = new Set(['npm-advisories', 'step-3'])

  it('is good when all passed or is waived, and not when nothing was looked at', () => {
    expect(isGood(validation(passed, waived), none)).toBe(true)
    expect(isGood(validation(passed, failed), some)).toBe(false)
    expect(isGood(validation(passed, unknown), some)).toBe(false)
    expect(isGood(validation(), some)).toBe(false)
  })

  it('with something that was not run is good only if that is allowed for its rule', () => {
    expect(isGood(validation(passed, missing), none)).toBe(false)
    expect(isGood(validation(passed, missing), new Set(['image-vulnerabilities']))).toBe(false)
    expect(isGood(validation(passed, missing), some)).toBe(true)
  })
})

describe('the text', () => {
  it('shows what did not pass in full and counts the rest', () => {
    const text = textReport(all)
    expect(text).toContain('✗ image-size, web: ')
    expect(text).toContain('→ make it "smaller"')
    expect(text).toContain('~ probes, Deployment/proxy: waived until 2027-01-01: for a while')
    expect(text).not.toContain('image-user')
    const twice = { ...waived, subject: 'StatefulSet/postgres' }
    expect(textReport(validation(waived, twice))).toContain('~ probes, Deployment/proxy and 1 more: waived')
    expect(text.indexOf('npm-advisories')).toBeLessThan(text.indexOf('image-size'))
    expect(text).toContain('5 findings: 1 failed, 1 could not verify, 1 not run, 1 waived, 1 passed')
  })
})

describe('the JUnit XML', () => {
  const xml = junitReport(all)

  it('has a test case a finding, and counts what did not pass', () => {
    expect(xml.match(/<testcase /g)).toHaveLength(5)
    expect(xml).toContain('tests="5" failures="2" skipped="2" time="1.5"')
    expect(xml).toContain('<failure type="could not verify" message="nothing is up">')
  })

  it('escapes what was seen', () => {
    expect(xml).toContain('&lt;b&gt;300 MB&lt;/b&gt; &amp; more[31m')
    expect(xml).not.toContain('\u001b')
  })
})

describe('the page', () => {
  const html = htmlReport(all, {
    version: 'v1 <x>',
    at: new Date('2026-11-26T22:00:00Z'),
    mayBeMissing: new Set(['npm-advisories']),
  })

  it('says the verdict, what each step proves, and what to do', () => {
    for (const words of [
      'Not everything is as it should be',
      'Images are good.',
      'make it &quot;smaller&quot;',
    ])
      expect(html).toContain(words)
    expect(html).toContain('never counts as passed')
  })

  it('escapes what was seen, and needs nothing from elsewhere', () => {
    expect(html).toContain('v1 &lt;x&gt;')
    expect(html).not.toContain('<b>300')
    expect(html).not.toMatch(/<script|https?:|src=|url\(/)
  })
})

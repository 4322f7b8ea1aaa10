import { describe, expect, it } from 'vitest'
import { readVitestReport, sum, verdictOf } from './tests.ts'

const file = (statuses: string[], message = '') => ({
  name: 'some.test.ts',
  status: 'passed',
  message,
  assertionResults: statuses.map((status, index) => ({
    fullName: `test ${index}`,
    status,
    failureMessages: status === 'failed' ? ['Error: no'] : [],
  })),
})
const report = (...testResults: object[]) => JSON.stringify({ success: true, testResults })

describe('a vitest report', () => {
  it('counts every test once', () => {
    const text = report(file(['passed', 'failed', 'skipped']), file(['passed', 'todo']))
    expect(readVitestReport(text, 1)).toMatchObject({
      passed: 2,
      failed: 1,
      skipped: 2,
      failures: ['test 1: Error: no'],
    })
  })

  it('names what passed only when it was tried again', () => {
    const { assertionResults, ...rest } = file(['passed', 'passed'])
    const again = { ...assertionResults[1], failureMessages: ['Error: expected 503 to be 201'] }
    const text = report({ ...rest, assertionResults: [assertionResults[0], again] })
    const secondTries = ['test 1: Error: expected 503 to be 201']
    expect(readVitestReport(text, 0)).toMatchObject({ passed: 2, failed: 0, secondTries })
  })

  it.each([
    ['without any test', report(), 0, 'no test ran'],
    ['whose tests were all skipped', report(file(['skipped'])), 0, 'no test ran'],
    [
      'of a file that does not load',
      report(file([], 'Cannot find module x\n  at y')),
      1,
      'some.test.ts: Cannot find module x',
    ],
    [
      'with an error outside of the tests',
      report(file(['passed'])),
      1,
      'vitest reports an error outside of the tests (exit code 1)',
    ],
    ['that is missing', undefined, 137, 'vitest ended without a report (exit code 137)'],
  ])('%s is a failure', (_what, text, code, failure) => {
    const outcome = readVitestReport(text, code)
    expect(outcome.failed).toBeGreaterThan(0)
    expect(outcome.failures).toContain(failure)
  })
})

describe('outcomes', () => {
  it('of tools count as one', () => {
    expect(verdictOf('lint', 0)).toMatchObject({ passed: 1, failed: 0, skipped: 0, failures: [] })
    expect(verdictOf('lint', 2)).toMatchObject({ passed: 0, failed: 1 })
  })

  it('add up', () => {
    const total = sum([
      verdictOf('lint', 0),
      verdictOf('types', 2),
      readVitestReport(report(file(['passed'])), 0),
    ])
    expect(total).toMatchObject({ passed: 2, failed: 1, skipped: 0, failures: ['types: exit code 2'] })
  })
})

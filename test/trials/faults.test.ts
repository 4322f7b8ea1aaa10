import fs from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { root, statePath } from '../../scripts/lib/settings.ts'
import type { FailureData } from '../../scripts/lib/up/failure.ts'
import { dway, resetTrial, succeeded } from '../support/trial.ts'
import { faults, type Fault } from './faults.ts'

/** How long `up` may take from the first sign of a fault to the end. */
const SHOWN_SECONDS = 30

const long = process.env['DWAY_LONG'] !== undefined
const tried = faults.filter(({ short }) => long || short)

/** What is different each time, in words that stay. */
function withoutChance(text: string): string {
  return text
    .replace(/\d+\.\d s/g, 'N s')
    .replace(/\b(\w[\w-]*)-[a-f0-9]{8,10}-[a-z0-9]{5}\b/g, '$1-…')
    .replace(/\bmigrate-[a-z0-9]{5}\b/g, 'migrate-…')
    .replace(/dway-[a-f0-9]{8}/g, 'dway-…')
    .replace(/"time":"[^"]+"/g, '"time":"…"')
}

/** Notes what `up` printed; docs/troubleshooting.md is made of it. */
function keepTranscript({ title }: Fault, transcript: string): void {
  const file = statePath('troubleshooting', `${title.toLowerCase().replace(/[^a-z]+/g, '-')}.txt`)
  fs.writeFileSync(file, transcript)
}

describe('up on a fault', () => {
  afterEach(async () => {
    resetTrial()
    succeeded('the bank did not heal', await dway('up'))
  })

  it.each(tried)('$title: names $resource and $cause', async (fault) => {
    fault.plant()
    const { exitCode, stdout, stderr, seconds } = await dway('up', '--json')
    keepTranscript(fault, withoutChance(stderr))
    const { failure } = JSON.parse(stdout) as { failure?: FailureData }
    expect(failure, stderr).toMatchObject({
      resource: fault.resource,
      cause: fault.cause,
      exitCode: fault.exitCode,
      message: expect.stringMatching(fault.message) as string,
    })
    expect(exitCode).toBe(fault.exitCode)
    expect(failure?.evidence.length).toBeGreaterThan(0)
    expect(failure?.remedy).toBeTruthy()
    expect(failure?.shownSeconds).toBeLessThan(SHOWN_SECONDS)
    console.log(`${fault.title}: ${seconds.toFixed(1)} s in all, ${failure?.shownSeconds} s after it showed`)
  })
})

it.each(tried)('docs/troubleshooting.md has a transcript of: $title', ({ title }) => {
  expect(fs.readFileSync(path.join(root, 'docs/troubleshooting.md'), 'utf8')).toContain(`\n## ${title}\n`)
})

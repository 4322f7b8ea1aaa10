import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { root, statePath } from '../../scripts/lib/settings.ts'
import type { FailureData } from '../../scripts/lib/up/failure.ts'
import { long } from '../support/long.ts'
import { dway, resetTrial, succeeded, trialRoot } from '../support/trial.ts'
import { askTrial } from '../support/trial-engine.ts'
import { faults, type Fault } from './faults.ts'

/** How long `up` may take from the first sign of a fault to the end. */
const SHOWN_SECONDS = 30

const tried = faults.filter(({ short }) => long || short)

/** What is different each time, in words that stay. */
function withoutChance(text: string): string {
  return text
    .replace(/\d+\.\d s/g, 'N s')
    .replace(/\b(\w[\w-]*)-[a-f0-9]{8,10}-[a-z0-9]{5}\b/g, '$1-…')
    .replace(/\bmigrate-[a-z0-9]{5}\b/g, 'migrate-…')
    .replace(/dway-[a-f0-9]{8}/g, 'dway-…')
    .replace(/xlogtemp\.\d+/g, 'xlogtemp.…')
    .replace(/\b\d+\.\d+\.\d+\.\d+:/g, '…:')
    .replace(/(port) \d+/g, '$1 …')
    .replaceAll(trialRoot, '…')
}

const transcriptFile = ({ title }: Fault) =>
  statePath('troubleshooting', `${title.toLowerCase().replace(/[^a-z]+/g, '-')}.txt`)

const documentation = path.join(root, 'docs/troubleshooting.md')

const introduction = `# When the bank does not come up

\`./dway up\` ends as soon as it is certain that a part cannot come up, and prints the part, the first cause, what shows it
and what to do. These are its words on mistakes that a test makes one by one: \`./dway test --only trials --long\` writes this
page to \`.dway/troubleshooting.md\` and fails if what \`up\` says is no longer what stands here.
`

/** Writes the page from the transcripts that there are. */
function writePage(): void {
  const sections = faults
    .filter((fault) => fs.existsSync(transcriptFile(fault)))
    .map(
      (fault) => `## ${fault.title}\n\n\`\`\`text\n${fs.readFileSync(transcriptFile(fault), 'utf8')}\`\`\`\n`,
    )
  fs.writeFileSync(statePath('troubleshooting.md'), [introduction, ...sections].join('\n'))
}

describe('up on a fault', () => {
  let planted: Fault | undefined
  afterEach(async () => {
    resetTrial()
    planted?.remove?.()
    succeeded('the bank did not heal', await dway('up'))
    expect(await askTrial()).toBe(401)
  })

  it.each(tried)('$title: names the part and the cause', async (fault) => {
    planted = fault
    await fault.plant()
    const { exitCode, stdout, stderr, seconds } = await dway('up', '--json')
    const transcript = withoutChance(stderr)
    fs.writeFileSync(transcriptFile(fault), transcript)
    const { failure } = JSON.parse(stdout) as { failure?: FailureData }
    expect(failure, stderr).toMatchObject({
      exitCode: fault.exitCode,
      message: expect.stringMatching(fault.message) as string,
    })
    expect(failure?.resource).toBe(fault.resource)
    expect(failure?.cause).toBe(fault.cause)
    expect(exitCode).toBe(fault.exitCode)
    if (fault.serves) expect(await askTrial()).toBe(401)
    if (fault.cause) {
      expect(failure?.evidence.length).toBeGreaterThan(0)
      expect(failure?.remedy).toBeTruthy()
    }
    expect(failure?.shownSeconds ?? seconds).toBeLessThan(SHOWN_SECONDS)
    const shown = failure?.shownSeconds ?? seconds
    console.log(`${fault.title}: ${seconds.toFixed(1)} s in all, ${shown} s after it showed`)
    if (!long) return
    const headline = transcript.split('\n').find((line) => line.startsWith('dway up: '))
    expect(fs.readFileSync(documentation, 'utf8'), 'the page is not what up says').toContain(headline)
  })

  afterAll(writePage)
})

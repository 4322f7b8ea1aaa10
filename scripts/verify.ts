// verify: proves from real pods who reaches whom, DNS, TLS, the front door and that data outlives its pod
//
// Usage: ./dway verify [telemetry] [--json]
//
// Reads the edges from the NetworkPolicies that are applied. Every pod then tries every port of every other: what is
// allowed must work in its own protocol, all else must be refused; a stranger in another namespace tries too. At the
// end the pods of PostgreSQL and Redis are deleted and must come back with their data: the bank is away for some
// seconds. A check that could not run does not count as passed.
//
// With the word telemetry none of that is done. Somebody new moves money by the front door instead, and what each service
// must tell of it is looked for: its counters in Prometheus, its lines in the log store, the api's part of a trace in Zipkin;
// and whether the cluster says that it is ready.
// It takes up to two minutes, kills nothing, and leaves the customer, with a transfer between accounts of their own.
//
//   --json  prints the checks as JSON
import { readArgs } from './lib/args.ts'
import { messageOf, runVerb, UsageError, UserError } from './lib/errors.ts'
import { profile } from './lib/profile.ts'
import { report, type Check } from './lib/report.ts'
import { requireCluster } from './lib/running.ts'
import { step } from './lib/steps.ts'
import { checkFrontDoor } from './lib/verify/front-door.ts'
import { checkEdges } from './lib/verify/edges.ts'
import { matrix } from './lib/verify/matrix.ts'
import { checkPersistence } from './lib/verify/persistence.ts'
import { checkTelemetry } from './lib/verify/telemetry/check.ts'

/** The checks, or one that says why there are none. */
async function orWhyNot(name: string, checks: Promise<Check[]>): Promise<Check[]> {
  try {
    return await checks
  } catch (error) {
    return [
      {
        name,
        verdict: 'could not verify',
        evidence: messageOf(error),
        remedy: './dway status shows what runs',
      },
    ]
  }
}

/** Proves connections, front door and persistence. */
async function verifyBank(json: boolean): Promise<void> {
  await requireCluster()
  const visited = orWhyNot('front door', checkFrontDoor())
  const { cells, checks } = await step('try every connection', () => checkEdges())
  const frontDoor = await step('visit the front door', () => visited)
  const kept = await step('delete the pods that keep data', () => orWhyNot('persistence', checkPersistence()))
  if (!json) console.log(`\n${matrix(cells)}\n`)
  report([...checks, ...frontDoor, ...kept], json)
}

/** Proves that each service is seen in each signal. */
async function verifyTelemetry(json: boolean): Promise<void> {
  if (profile() === 'core')
    throw new UserError('in the profile core nothing watches the bank: ./dway up --profile full')
  await requireCluster()
  report(await checkTelemetry(), json)
}

await runVerb('verify', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: 1 })
  const [word] = words
  if (word !== undefined && word !== 'telemetry')
    throw new UsageError(`verify knows no '${word}': it is ./dway verify or ./dway verify telemetry`)
  const json = flags['json'] === true
  await (word === undefined ? verifyBank(json) : verifyTelemetry(json))
})

// verify: proves from real pods who reaches whom, DNS, TLS, the front door and that data outlives its pod
//
// Usage: ./dway verify [--json]
//
// Reads the edges from the NetworkPolicies that are applied. Every pod then tries every port of every other: what is
// allowed must work in its own protocol, all else must be refused; a stranger in another namespace tries too. At the
// end the pods of PostgreSQL and Redis are deleted and must come back with their data: the bank is away for some
// seconds. A check that could not run does not count as passed.
//
//   --json  prints the checks as JSON
import { readArgs } from './lib/args.ts'
import { messageOf, runVerb } from './lib/errors.ts'
import { report, type Check } from './lib/report.ts'
import { requireCluster } from './lib/running.ts'
import { step } from './lib/steps.ts'
import { checkFrontDoor } from './lib/verify/front-door.ts'
import { checkEdges } from './lib/verify/edges.ts'
import { matrix } from './lib/verify/matrix.ts'
import { checkPersistence } from './lib/verify/persistence.ts'

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

await runVerb('verify', async () => {
  const { flags } = readArgs(import.meta.url)
  const json = flags['json'] === true
  await requireCluster()
  const visited = orWhyNot('front door', checkFrontDoor())
  const { cells, checks } = await step('try every connection', () => checkEdges())
  const frontDoor = await step('visit the front door', () => visited)
  const kept = await step('delete the pods that keep data', () => orWhyNot('persistence', checkPersistence()))
  if (!json) console.log(`\n${matrix(cells)}\n`)
  report([...checks, ...frontDoor, ...kept], json)
})

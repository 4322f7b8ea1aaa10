import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf, UserError } from '../errors.ts'
import { cleaningUp } from '../on-exit.ts'
import { root } from '../settings.ts'
import { note, step as showStep } from '../steps.ts'
import type { Fault } from './fault.ts'
import { patiently } from './patiently.ts'
import { outcomeOf, validate } from './run.ts'
import type { Step, Target } from './step.ts'
import { copyTree } from './tree.ts'
import type { JudgedFinding } from './waivers.ts'

const FOLDER = path.join(root, 'test/faults')

/** A fault, and the file it is in without .ts. */
export interface NamedFault extends Fault {
  name: string
}

/** What became of a planted fault. */
export interface Proof {
  fault: string
  breaks: string
  caught: boolean
  /** Findings that are worse than without the fault, or missing, and don't belong to it; and those that do and did not come. */
  falseAlarms: string[]
  /** How long it took to plant, judge and heal it. */
  seconds: number
  /** What went wrong while it was planted, judged or healed. */
  problem?: string
}

/** The faults of these steps. */
export async function faultsOf(steps: readonly Step[]): Promise<NamedFault[]> {
  const files = fs
    .globSync('*.ts', { cwd: FOLDER })
    .filter((file) => !file.endsWith('.test.ts'))
    .toSorted()
  const all = await Promise.all(
    files.map(async (file): Promise<NamedFault> => {
      const { default: fault } = (await import(pathToFileURL(path.join(FOLDER, file)).href)) as {
        default?: Fault
      }
      if (fault === undefined) throw new UserError(`test/faults/${file} exports no fault`)
      return { ...fault, name: file.slice(0, -'.ts'.length) }
    }),
  )
  return all.filter((fault) => steps.some(({ number }) => number === fault.step))
}

const isGood = (found: JudgedFinding) => ['passed', 'waived'].includes(outcomeOf(found))
const keyOf = ({ rule, subject }: JudgedFinding) => `${rule}, ${subject}`

/** What is not good, and was not the same without the fault. */
function worseThan(clean: readonly JudgedFinding[], broken: readonly JudgedFinding[]): JudgedFinding[] {
  const before = new Map(clean.map((found) => [keyOf(found), outcomeOf(found)]))
  return broken.filter((found) => !isGood(found) && before.get(keyOf(found)) !== outcomeOf(found))
}

/**
 * Compares what a step found with a fault and without.
 * @returns whether the fault was found, and everything else that is not as it should be
 */
export function judgeFault(
  { finds, also = [] }: Pick<Fault, 'finds' | 'also'>,
  clean: readonly JudgedFinding[],
  broken: readonly JudgedFinding[],
): { caught: boolean; falseAlarms: string[] } {
  const isSubject = (subject: string) =>
    typeof finds.subject === 'string' ? subject === finds.subject : finds.subject.test(subject)
  const isExpected = ({ rule, subject }: JudgedFinding) => rule === finds.rule && isSubject(subject)
  const brings = (wanted: (typeof also)[number], found: JudgedFinding) =>
    found.rule === wanted.rule && found.subject === (wanted.subject ?? found.subject)
  const worse = worseThan(clean, broken)
  const expected = worse.filter(isExpected)
  const others = worse.filter((found) => !isExpected(found))
  // What is said of the whole, as that nothing was found, gives way to the finding that it was.
  const gives = (found: JudgedFinding) =>
    found.rule === finds.rule || also.some((wanted) => brings(wanted, found))
  const after = new Set(broken.map(keyOf))
  const missing = clean.filter((found) => !after.has(keyOf(found)) && !gives(found))
  return {
    caught: expected.length === 1 && expected[0]?.verdict === (finds.verdict ?? 'failed'),
    falseAlarms: [
      ...others
        .filter((found) => !also.some((wanted) => brings(wanted, found)))
        .map((found) => `${keyOf(found)}: ${found.evidence}`),
      ...expected.slice(1).map((found) => `${keyOf(found)}, as well`),
      ...missing.map((found) => `${keyOf(found)} is missing`),
      ...also
        .filter((wanted) => !others.some((found) => brings(wanted, found)))
        .map(({ rule, subject = 'any subject' }) => `${rule}, ${subject}, which is to come with it, did not`),
    ],
  }
}

/** Everything that a step finds in a target, what is wrong with the waivers as well. */
async function findingsOf(step: Step, target: Target): Promise<JudgedFinding[]> {
  const { results, ofWaivers } = await validate([step], target)
  return [...results.flatMap(({ findings }) => findings), ...ofWaivers]
}

/**
 * Plants each fault, runs its step, and compares what it finds with what it finds without any. What is planted is healed
 * in any case, and that nothing of it is left in the bank is looked at once more after the last one.
 */
export async function prove(
  steps: readonly Step[],
  faults: readonly NamedFault[],
  signal: AbortSignal,
): Promise<Proof[]> {
  const proofs: Proof[] = []
  for (const step of steps) {
    const own = faults.filter((fault) => fault.step === step.number)
    if (own.length === 0) continue
    const clean = await findingsOf(step, { tree: copyTree('tree'), signal })
    for (const fault of own) {
      signal.throwIfAborted()
      const started = performance.now()
      const judged = await showStep(`plant ${fault.name}`, () => proveOne(step, fault, clean, signal))
      const proof = { ...judged, seconds: Math.round((performance.now() - started) / 1000) }
      if (!proof.caught) note(`${fault.name} was missed`)
      proofs.push(proof)
    }
    if (own.some((fault) => fault.in === 'bank')) {
      const healed = await findingsOf(step, { tree: copyTree('tree'), signal })
      const left = worseThan(clean, healed).map((found) => `${keyOf(found)}, after all was healed`)
      proofs.at(-1)?.falseAlarms.push(...left)
    }
  }
  return proofs
}

async function proveOne(
  step: Step,
  fault: NamedFault,
  clean: readonly JudgedFinding[],
  signal: AbortSignal,
): Promise<Omit<Proof, 'seconds'>> {
  const tree = copyTree('planted')
  const { name, breaks } = fault
  let planting: ReturnType<Fault['plant']> | undefined
  let stillBroken: UserError | undefined
  const cleanUp = async () => {
    fs.rmSync(tree, { recursive: true, force: true })
    // What is interrupted while it is planted is healed once it is; what could not be planted has healed itself.
    const heal = await planting?.catch(() => undefined)
    try {
      if (heal) await patiently(heal)()
    } catch (error) {
      stillBroken = new UserError(`${name} was not healed: ${messageOf(error)}`, {
        cause: error,
        remedy: `put right by hand that ${breaks}, or ./dway down and ./dway up`,
      })
      throw stillBroken
    }
  }
  try {
    return await cleaningUp(async () => {
      const target = { tree, signal }
      planting = fault.plant(target)
      await planting
      return { fault: name, breaks, ...judgeFault(fault, clean, await findingsOf(step, target)) }
    }, cleanUp)
  } catch (error) {
    signal.throwIfAborted()
    // Nothing else is planted in a bank that is broken.
    if (stillBroken) throw stillBroken
    return { fault: name, breaks, caught: false, falseAlarms: [], problem: messageOf(error) }
  }
}

/** The proofs as text, with the numbers at the end. */
export function proofReport(proofs: readonly Proof[]): string {
  const caught = proofs.filter((proof) => proof.caught).length
  const alarms = proofs.reduce((sum, { falseAlarms }) => sum + falseAlarms.length, 0)
  const seconds = proofs.reduce((sum, proof) => sum + proof.seconds, 0)
  return [
    ...proofs.flatMap((proof) => [
      `  ${proof.caught ? '✓' : '✗'} ${proof.fault}: ${proof.breaks}: ${proof.caught ? 'caught' : 'missed'} (${proof.seconds} s)`,
      ...(proof.problem ? [`      ${proof.problem}`] : []),
      ...proof.falseAlarms.map((alarm) => `      false alarm: ${alarm.split('\n').join('\n        ')}`),
    ]),
    `${caught} of ${proofs.length} faults caught, ${proofs.length - caught} missed, ${alarms} false alarms, in ${seconds} s`,
  ].join('\n')
}

/** Whether every fault was caught, and nothing else. */
export const isProof = (proofs: readonly Proof[]): boolean =>
  proofs.length > 0 && proofs.every(({ caught, falseAlarms }) => caught && falseAlarms.length === 0)

import type { Heal } from './patiently.ts'
import type { StepNumber, Target } from './step.ts'

/** Something broken on purpose, to see a step turn red: one a file in test/faults, as its default export. */
export interface Fault {
  /** What is broken, as a sentence without a dot. */
  breaks: string
  step: StepNumber
  /** What it is planted in: a copy of the tree, which is thrown away, or the running bank, which is healed. */
  in: 'tree' | 'bank'
  /** The one finding that must not pass; every other must be as it is without the fault, but for those of `also`. */
  finds: {
    rule: string
    subject: string | RegExp
    /** What it must be instead of failed: what keeps a step from looking proves no failure. */
    verdict?: 'could not verify'
  }
  /** What does not pass either, since the same fault is seen there as well: of any subject unless one is named. */
  also?: readonly { readonly rule: string; readonly subject?: string }[]
  /**
   * Breaks it.
   * @returns what heals it again; nothing needs to be healed in a tree
   */
  plant(target: Target): Promise<Heal>
}

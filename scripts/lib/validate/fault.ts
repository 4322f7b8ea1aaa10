import type { StepNumber, Target } from './step.ts'

/** Something broken on purpose, to see a step turn red: one a file in test/faults, as its default export. */
export interface Fault {
  /** What is broken, as a sentence without a dot. */
  breaks: string
  step: StepNumber
  /** What it is planted in: a copy of the tree, which is thrown away, or the running bank, which is healed. */
  in: 'tree' | 'bank'
  /** The one finding that must not pass; every other must be as it is without the fault. */
  finds: {
    rule: string
    subject: string | RegExp
    /** What it must be instead of failed: what keeps a step from looking proves no failure. */
    verdict?: 'could not verify'
  }
  /**
   * Breaks it.
   * @returns what heals it again; nothing needs to be healed in a tree
   */
  plant(target: Target): Promise<() => Promise<void>>
}

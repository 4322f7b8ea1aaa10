import type { Tree } from './tree.ts'

/** Where something stands in a tree. */
export interface Place {
  file: string
  /** The line, or what it is about. */
  text: string
}

/** A rule of CLAUDE.md, by its number there. */
export type RuleNumber = 1 | 2 | 3 | 4 | 5

/** One way around a rule. */
export interface Bypass {
  /** In kebab-case: CLAUDE.md names it below its rule. */
  id: string
  /** What would be done, as a sentence without a dot. */
  what: string
  /** What is lost by it. */
  why: string
  rule: RuleNumber
  remedy: string
  /** Where it is done in a tree. */
  find(tree: Tree): readonly Place[]
  /** Files where it is no bypass, and why it isn't there. */
  allowed?: Readonly<Record<string, string>>
  /** Checks elsewhere that see more of it than the files: a file, or a rule of ESLint as eslint:NAME. */
  alsoFoundBy?: readonly string[]
}

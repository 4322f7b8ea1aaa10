import type { Bypass } from './bypass.ts'
import { connectionBypasses } from './connections.ts'
import { containerBypasses } from './containers.ts'
import { equivalenceBypasses } from './equivalence.ts'
import { securityBypasses } from './security.ts'
import { silenceBypasses } from './silence.ts'

/** Every known way around a rule of CLAUDE.md, in the order of the rules. */
export const bypasses: readonly Bypass[] = [
  ...containerBypasses,
  ...equivalenceBypasses,
  ...securityBypasses,
  ...connectionBypasses,
  ...silenceBypasses,
]

import { setTimeout as sleep } from 'node:timers/promises'

/** What heals what was planted; doing it again does no harm. */
export type Heal = () => Promise<void>

const HEAL_MS = 90_000
const PAUSE_MS = 2000

/** Tries again while the API server is too busy: what is planted must not stay. */
export const patiently =
  (heal: Heal): Heal =>
  async () => {
    const end = performance.now() + HEAL_MS
    for (;;) {
      try {
        await heal()
        return
      } catch (error) {
        if (performance.now() > end) throw error
      }
      await sleep(PAUSE_MS)
    }
  }

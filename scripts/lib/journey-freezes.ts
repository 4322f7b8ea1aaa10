import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from './errors.ts'
import { whileFrozen } from './frozen-store.ts'
import { stateFolder } from './settings.ts'

/** As long as a journey keeps this file, PostgreSQL is to be frozen: no browser is near the cluster. */
export const freezeWanted = path.join(stateFolder, 'journey-freeze-wanted')

/** Says that PostgreSQL is frozen, or in words why it was not frozen or not thawed. It is gone once it has thawed. */
export const freezeAnswer = path.join(stateFolder, 'journey-freeze-answer')

const LOOK_MS = 200

/** Freezes PostgreSQL whenever a journey wants that, until all journeys are over. */
export async function freezeForJourneys(over: AbortSignal): Promise<void> {
  const forget = () => fs.rmSync(freezeAnswer, { force: true })
  const isWanted = () => !over.aborted && fs.existsSync(freezeWanted)
  const whileWanted = async () => {
    while (isWanted()) await sleep(LOOK_MS)
  }
  fs.rmSync(freezeWanted, { force: true })
  forget()
  while (!over.aborted) {
    await sleep(LOOK_MS)
    if (!isWanted()) continue
    try {
      await whileFrozen('postgres', async () => {
        fs.writeFileSync(freezeAnswer, '')
        await whileWanted()
      })
      forget()
    } catch (error) {
      fs.writeFileSync(freezeAnswer, messageOf(error))
      await whileWanted()
    }
  }
  forget()
  fs.rmSync(freezeWanted, { force: true })
}

import fs from 'node:fs'
import path from 'node:path'
import { stateFolder, writeState } from './settings.ts'

/** What runs: the bank with the developer's tools, or with what watches it too. The Tiltfile reads the choice. */
export const profiles = ['core', 'full'] as const
export type Profile = (typeof profiles)[number]

const FILE = 'profile'

/** The profile that was chosen last; full if none ever was. */
export function profile(): Profile {
  const file = path.join(stateFolder, FILE)
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8').trim() === 'core' ? 'core' : 'full'
}

/** Chooses a profile for this checkout, now and from now on. */
export function chooseProfile(chosen: Profile): void {
  writeState(FILE, `${chosen}\n`)
}

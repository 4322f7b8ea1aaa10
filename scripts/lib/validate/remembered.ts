import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { stateFolder, statePath } from '../settings.ts'

const FOLDER = 'remembered'
/** What nobody has asked again for so long is forgotten. */
const KEPT_MS = 30 * 86_400_000

/** Another one for each change of what our own code makes of an answer before it is kept. */
const FORM = '2'

/** A key made of all that an answer depends on. */
export function keyOf(parts: Iterable<string | Buffer>): string {
  const hash = createHash('sha256').update(FORM)
  for (const part of parts) hash.update(`${part.length}\0`).update(part)
  return hash.digest('hex')
}

const fileOf = (key: string) => statePath('validate', FOLDER, `${key}.json`)

/** What was found out before about exactly this, if anything. */
export function recall<T>(key: string): T | undefined {
  const file = fileOf(key)
  try {
    const answer = JSON.parse(fs.readFileSync(file, 'utf8')) as T
    const now = new Date()
    fs.utimesSync(file, now, now)
    return answer
  } catch {
    // None, or one whose writer was killed.
    return undefined
  }
}

/** Keeps an answer for whoever asks the same again. */
export function remember<T>(key: string, answer: T): T {
  fs.writeFileSync(fileOf(key), JSON.stringify(answer))
  return answer
}

/** Forgets what was not asked for long. */
export function forgetOld(): void {
  const folder = path.join(stateFolder, 'validate', FOLDER)
  if (!fs.existsSync(folder)) return
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name)
    if (Date.now() - fs.statSync(file).mtimeMs > KEPT_MS) fs.rmSync(file)
  }
}

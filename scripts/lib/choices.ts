import fs from 'node:fs'
import path from 'node:path'
import { stateFolder, writeState } from './settings.ts'

/** What a checkout was told once and keeps: a word in a file, which the Tiltfile reads as well. */
export interface Choice<T extends string> {
  /** What was chosen last; the first of all if nothing ever was. */
  now(): T
  /** Chooses for this checkout, now and from now on. */
  choose(chosen: T): void
}

/** A choice among words, the first of which holds until another one is chosen. */
export function choiceKeptIn<T extends string>(file: string, words: readonly [T, ...T[]]): Choice<T> {
  return {
    now() {
      const where = path.join(stateFolder, file)
      const kept = fs.existsSync(where) ? fs.readFileSync(where, 'utf8').trim() : ''
      return words.find((word) => word === kept) ?? words[0]
    },
    choose: (chosen) => writeState(file, `${chosen}\n`),
  }
}

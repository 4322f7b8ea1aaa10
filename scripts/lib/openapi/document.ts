import fs from 'node:fs'
import path from 'node:path'
import { root } from '../settings.ts'
import { answersOf, type GivenAnswer } from './conformance.ts'

/** Where the API document lies. */
export const committedDocument = 'services/api/openapi.json'

/** Reads the committed API document. */
export function readDocument(): object {
  return JSON.parse(fs.readFileSync(path.join(root, committedDocument), 'utf8')) as object
}

let compare: ((answer: GivenAnswer) => string[]) | undefined

/** What an answer has that the committed API document doesn't allow. */
export function outsideDocument(answer: GivenAnswer): string[] {
  compare ??= answersOf(readDocument())
  return compare(answer)
}

/** @throws {Error} when an answer has what the committed API document doesn't allow */
export function mustBeDocumented(answer: GivenAnswer): void {
  const wrong = outsideDocument(answer)
  if (wrong.length > 0)
    throw new Error(
      `${answer.method} ${answer.path} answered outside the API document: ${wrong.join('; ')}\n${answer.text ?? ''}`,
    )
}

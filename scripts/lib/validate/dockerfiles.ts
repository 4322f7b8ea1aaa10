import fs from 'node:fs'
import path from 'node:path'
import { filesIn } from './tree.ts'

/** One instruction of a Dockerfile, its lines joined and its comments left out. */
export interface Instruction {
  name: string
  words: string
  line: number
}

/** A Dockerfile of the tree. */
export interface Dockerfile {
  /** Its path in the tree. */
  file: string
  instructions: Instruction[]
  /** The stages that have names, in their order. */
  stages: string[]
}

function readInstructions(text: string): Instruction[] {
  const found: Instruction[] = []
  let open: Instruction | undefined
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, part = '', more] = /^(.*?)(\\)?$/.exec(line) ?? []
    if (open) open.words += ` ${part.trim()}`
    else {
      const [name = '', ...words] = part.trim().split(/\s+/)
      open = { name: name.toUpperCase(), words: words.join(' '), line: index + 1 }
      found.push(open)
    }
    if (more === undefined) open = undefined
  }
  return found
}

/** Every Dockerfile of a tree. */
export function dockerfilesOf(tree: string): Dockerfile[] {
  return filesIn(tree)
    .filter((file) => /(^|[./])Dockerfile$/.test(file))
    .map((file) => {
      const instructions = readInstructions(fs.readFileSync(path.join(tree, file), 'utf8'))
      const stages = instructions
        .filter(({ name }) => name === 'FROM')
        .map(({ words }) => / as (\S+)$/i.exec(words)?.[1] ?? '')
      return { file, instructions, stages: stages.filter(Boolean) }
    })
}

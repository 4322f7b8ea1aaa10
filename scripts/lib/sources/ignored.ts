import fs from 'node:fs'
import path from 'node:path'

/** What a pattern of .dockerignore matches: `*` within a name, `**` across names, and all that is below. */
function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/^\/+|\/+$/g, '')
    .split('/')
    .map((part) =>
      part === '**'
        ? '(?:[^/]+/)*'
        : `${part
            .replace(/[.+^${}()|[\]\\]/g, '\\$&')
            .replaceAll('*', '[^/]*')
            .replaceAll('?', '[^/]')}/`,
    )
    .join('')
  return new RegExp(`^${source}`)
}

/**
 * Reads a .dockerignore: what no image gets, and Tilt doesn't sync.
 * @returns whether a path is left out, relative to the folder that the file lies in
 */
export function ignoredBy(text: string): (name: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), expression: expressionOf(line.replace(/^!/, '')) }))
  return (name) => {
    const last = rules.findLast(({ expression }) => expression.test(`${name}/`))
    return last !== undefined && !last.keep
  }
}

/** What the images of a checkout don't get. */
export function ignoredIn(checkout: string): (name: string) => boolean {
  return ignoredBy(fs.readFileSync(path.join(checkout, '.dockerignore'), 'utf8'))
}

import fs from 'node:fs'
import path from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { Place } from './bypass.ts'

/** The files of a checkout, or of a copy of one, as text. */
export interface Tree {
  root: string
  /** By their path from the root, with slashes. */
  files: ReadonlyMap<string, string>
}

/** What git ignores, and git itself; what tells of bypasses or plants them isn't one. */
const left = /^(\.git|node_modules|\.dway|dist|coverage)$/
const about = /^((scripts\/lib\/bypasses|test\/faults)\/|scripts\/gates\.test\.ts$)/

/** Reads what is in a folder, whether git knows it yet or not. */
export function readTree(root: string): Tree {
  const files = new Map<string, string>()
  const read = (folder: string) => {
    for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = path.posix.join(folder, entry.name)
      if (left.test(entry.name) || about.test(name)) continue
      if (entry.isDirectory()) read(name)
      else if (entry.isFile()) files.set(name, fs.readFileSync(path.join(root, name), 'utf8'))
    }
  }
  read('')
  return { root, files }
}

/** The files whose path matches. */
export function filesLike(tree: Tree, pattern: RegExp): [file: string, text: string][] {
  return [...tree.files].filter(([file]) => pattern.test(file))
}

/** The lines, of the files whose path matches, that match. */
export function linesLike(tree: Tree, pattern: RegExp, line: RegExp): Place[] {
  return filesLike(tree, pattern).flatMap(([file, text]) => linesIn(file, text.split('\n'), line))
}

/** Those lines that match. */
export function linesIn(file: string, lines: readonly string[], pattern: RegExp): Place[] {
  return lines.filter((text) => pattern.test(text)).map((text) => ({ file, text: text.trim() }))
}

/** What documents tell a reader to type: the lines of fenced and indented blocks. */
export function typedLines(tree: Tree, pattern: RegExp): Place[] {
  return filesLike(tree, /\.md$/).flatMap(([file, text]) => {
    let fenced = false
    const typed = text.split('\n').filter((line) => {
      if (/^\s*```/.test(line)) fenced = !fenced
      return fenced || /^ {4}/.test(line)
    })
    return linesIn(file, typed, pattern)
  })
}

/** By their text: the same files are read for one bypass after the other. */
const parsed = new Map<string, unknown[]>()

function parseOnce(text: string): unknown[] {
  const objects = parsed.get(text) ?? parseAllDocuments(text).map((document) => document.toJS() as unknown)
  parsed.set(text, objects)
  return objects
}

interface Patch {
  target?: { kind?: string; name?: string }
  patch?: unknown
}

/** What the patches of a kustomization, which are texts in it, make of objects. */
function patchedObjects(object: unknown): unknown[] {
  const { patches } = (object ?? {}) as { patches?: unknown }
  if (!Array.isArray(patches)) return []
  return (patches as Patch[]).flatMap(({ target, patch }) => {
    if (typeof patch !== 'string') return []
    return parseOnce(patch).flatMap((parsed) => {
      if (!Array.isArray(parsed)) return [parsed]
      const { kind, name } = target ?? {}
      return (parsed as { path?: string; value?: unknown }[]).map(({ path: at = '', value }) => ({
        kind,
        metadata: { name },
        ...(nested(at.split('/').slice(1), value) as object),
      }))
    })
  })
}

/** A value below the fields of a JSON pointer; its numbers are places in lists. */
function nested([first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value
  if (/^(\d+|-)$/.test(first)) return [nested(rest, value)]
  return { [first.replaceAll('~1', '/').replaceAll('~0', '~')]: nested(rest, value) }
}

/** The objects in YAML files below a folder, with those in patches; one that doesn't parse is for others to find. */
export function yamlObjects(tree: Tree, folder: string): { file: string; object: unknown }[] {
  const pattern = new RegExp(`^${folder}/.*\\.ya?ml$`)
  return filesLike(tree, pattern).flatMap(([file, text]) =>
    parseOnce(text)
      .flatMap((object) => [object, ...patchedObjects(object)])
      .map((object) => ({ file, object })),
  )
}

/** Every field of an object, however deep, with its path; items of lists have the list's path. */
export function fieldsOf(value: unknown, at = ''): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, field]): [string, unknown][] => {
    const place = Array.isArray(value) ? at : at === '' ? key : `${at}.${key}`
    return [...(Array.isArray(value) ? [] : [[place, field] as [string, unknown]]), ...fieldsOf(field, place)]
  })
}

/** The fields of the manifests below k8s whose path and value match. */
export function manifestFields(tree: Tree, wanted: (path: string, value: unknown) => boolean): Place[] {
  return yamlObjects(tree, 'k8s').flatMap(({ file, object }) =>
    fieldsOf(object)
      .filter(([path, value]) => wanted(path, value))
      .map(([path, value]) => ({ file, text: `${path}: ${JSON.stringify(value)}` })),
  )
}

import fs from 'node:fs'
import path from 'node:path'
import { beginningOf } from './lines.ts'

/** Whose log it is. */
export interface Origin {
  namespace: string
  pod: string
  uid: string
  container: string
}

/** A log on the node. */
export interface Log {
  file: string
  origin: Origin
  /** The same whatever the file is called: a log that is full gets the time into its name. */
  key: string
}

/** Long enough for the time at a log's beginning. */
const BEGINNING = 128

const list = (folder: string) => (fs.existsSync(folder) ? fs.readdirSync(folder) : [])

/** Reads up to `length` bytes of a file; none if it has gone. */
export function readPiece(file: string, offset: number, length: number): Buffer {
  let descriptor: number
  try {
    descriptor = fs.openSync(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
  try {
    const { size } = fs.fstatSync(descriptor)
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)))
    return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, bytes.length, offset))
  } finally {
    fs.closeSync(descriptor)
  }
}

/** The logs of the namespaces' pods, `NAMESPACE_POD_UID/CONTAINER/STARTS.log`, those that are full before the others. */
export function findLogs(folder: string, namespaces: readonly string[]): Log[] {
  const found: Log[] = []
  for (const name of list(folder)) {
    const [namespace = '', pod = '', uid = ''] = name.split('_')
    if (!namespaces.includes(namespace)) continue
    for (const container of list(path.join(folder, name))) {
      const files = list(path.join(folder, name, container)).filter((file) =>
        /^\d+\.log(\.\d{8}-\d{6})?$/.test(file),
      )
      for (const base of files.sort((a, b) => b.length - a.length || a.localeCompare(b))) {
        const file = path.join(folder, name, container, base)
        const beginning = beginningOf(readPiece(file, 0, BEGINNING))
        if (beginning === undefined) continue
        const origin = { namespace, pod, uid, container }
        found.push({ file, origin, key: `${name}/${container} ${beginning}` })
      }
    }
  }
  return found
}

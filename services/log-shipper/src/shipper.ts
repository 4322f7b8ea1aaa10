import { documentOf, type Document } from './document.ts'
import { readLines } from './lines.ts'
import { findLogs, readPiece } from './logs.ts'
import type { Positions } from './positions.ts'

/** What is read of one log before the next one has its turn. */
const PIECE = 1024 * 1024
/** What is sent at once. */
const MOST = 4 * PIECE

export interface Shipment {
  documents: Document[]
  /** How far the logs are read once the documents are sent. */
  moved: Map<string, number>
  /** The logs that are there. */
  there: Set<string>
  /** Whether there is more already. */
  more: boolean
  /** Lines that are not as the node writes them. */
  strange: number
}

/** Reads what the logs have beyond the positions. */
export function nextShipment(folder: string, namespaces: readonly string[], positions: Positions): Shipment {
  const logs = findLogs(folder, namespaces)
  const there = new Set(logs.map(({ key }) => key))
  const shipment: Shipment = { documents: [], moved: new Map(), there, more: false, strange: 0 }
  let bytes = 0
  for (const { file, key, origin } of logs) {
    if (bytes >= MOST) return { ...shipment, more: true }
    const offset = positions.of(key)
    const piece = readPiece(file, offset, PIECE)
    const full = piece.length === PIECE
    let read = readLines(piece, offset, true)
    // A line that no piece has room for.
    if (full && read.next === offset) read = readLines(piece, offset, false)
    if (full) shipment.more = true
    if (read.next > offset) shipment.moved.set(key, read.next)
    shipment.documents.push(...read.lines.map((line) => documentOf(origin, line)))
    shipment.strange += read.strange
    bytes += piece.length
  }
  return shipment
}

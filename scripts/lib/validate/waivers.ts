import fs from 'node:fs'
import path from 'node:path'
import { parseDocument } from 'yaml'
import { UserError } from '../errors.ts'
import { finding, type Finding } from './finding.ts'

/** One finding that is lived with for a while. */
export interface Waiver {
  rule: string
  /** A `*` stands for anything but a space. */
  subject: string
  reason: string
  owner: string
  /** The last day on which it counts, as 2026-12-31. */
  expires: string
}

/** A finding that a waiver covers. */
export type JudgedFinding = Finding & { waivedBy?: Waiver }

const FILE = 'waivers.yaml'
const fields = ['rule', 'subject', 'reason', 'owner', 'expires'] as const
/** After so many days somebody has to look again. */
const MOST_DAYS = 180
const DAY_MS = 86_400_000

/**
 * Reads the waivers of a tree.
 * @throws UserError for a file that isn't a list of waivers with each field once and a real date
 */
export function readWaivers(tree: string): Waiver[] {
  const document = parseDocument(fs.readFileSync(path.join(tree, FILE), 'utf8'))
  const [fault] = document.errors
  if (fault) throw new UserError(`${FILE} is not YAML: ${fault.message.split('\n')[0]}`, { cause: fault })
  const list: unknown = document.toJS() ?? []
  if (!Array.isArray(list)) throw new UserError(`${FILE} must be a list of waivers`)
  const waivers = list.flatMap((item: unknown, index) => readWaiver(item, `waiver ${index + 1} of ${FILE}`))
  const twice = waivers.find((one, index) => waivers.findIndex((other) => same(one, other)) !== index)
  if (twice) throw new UserError(`${FILE} waives ${twice.rule}, ${twice.subject} twice`)
  return waivers
}

const same = (one: Waiver, other: Waiver) => one.rule === other.rule && one.subject === other.subject

/** What could not be verified is not lived with: nobody knows what it is. */
function covers({ rule, subject }: Waiver, found: Finding): boolean {
  if (found.verdict !== 'failed') return false
  const pattern = subject.split('*').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return rule === found.rule && new RegExp(`^${pattern.join('[^ ]*')}$`).test(found.subject)
}

/** An item of the file, which may name several subjects. */
function readWaiver(item: unknown, where: string): Waiver[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    throw new UserError(`${where} must have the fields ${fields.join(', ')}`)
  const unknown = Object.keys(item).find((key) => !fields.some((field) => field === key))
  if (unknown !== undefined) throw new UserError(`${where} has an unknown field: ${unknown}`)
  const given = item as Record<string, unknown>
  const text = (field: (typeof fields)[number]) => {
    const value = given[field]
    if (typeof value !== 'string' || value.trim() === '') throw new UserError(`${where} has no ${field}`)
    return value.trim()
  }
  const expires = text('expires')
  const day = new Date(`${expires}T00:00:00Z`)
  if (Number.isNaN(day.valueOf()) || day.toISOString().slice(0, 10) !== expires)
    throw new UserError(`${where} expires on '${expires}', which is no day like 2026-12-31`)
  const { subject } = given
  const subjects: unknown[] = Array.isArray(subject) ? subject : [subject]
  if (subjects.length === 0 || !subjects.every((one) => typeof one === 'string' && one.trim() !== ''))
    throw new UserError(`${where} has no subject`)
  const rest = { rule: text('rule'), reason: text('reason'), owner: text('owner'), expires }
  return subjects.map((one) => ({ ...rest, subject: String(one).trim() }))
}

/**
 * Holds findings against the waivers.
 * @param complete whether every step ran, so that a waiver whose rule nobody looked at is of no use
 * @returns the findings, marked where a waiver covers them, and a finding for each waiver that is not as it should be
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  today: Date,
  complete: boolean,
): { findings: JudgedFinding[]; ofWaivers: Finding[] } {
  const validity = new Map(waivers.map((waiver) => [waiver, validityOf(waiver, today)]))
  const judged = findings.map((one): JudgedFinding => {
    const waiver = waivers.find((candidate) => covers(candidate, one))
    return waiver && validity.get(waiver)?.verdict === 'passed' ? { ...one, waivedBy: waiver } : one
  })
  const ofWaivers = waivers.flatMap((waiver) => {
    const seen = findings.filter(({ rule }) => rule === waiver.rule)
    const used = seen.some((one) => covers(waiver, one))
    if (seen.length === 0 && !complete) return []
    return [validity.get(waiver) ?? [], used ? [] : unused(waiver)].flat()
  })
  return { findings: judged, ofWaivers }
}

const subjectOf = ({ rule, subject }: Waiver) => `${rule}, ${subject}`

function unused(waiver: Waiver): Finding {
  return finding(
    'waiver-unused',
    subjectOf(waiver),
    'failed',
    'no finding of this rule and subject has anything to waive',
    `take it out of ${FILE}`,
  )
}

function validityOf(waiver: Waiver, today: Date): Finding {
  const days = (Date.parse(waiver.expires) - Date.parse(today.toISOString().slice(0, 10))) / DAY_MS
  const subject = subjectOf(waiver)
  if (days < 0)
    return finding(
      'waiver-expired',
      subject,
      'failed',
      `it expired on ${waiver.expires}`,
      `mend what it waives, or let ${waiver.owner} decide anew`,
    )
  if (days > MOST_DAYS)
    return finding(
      'waiver-expired',
      subject,
      'failed',
      `it expires on ${waiver.expires}, in ${days} days: more than the ${MOST_DAYS} that are allowed`,
      'choose an earlier day',
    )
  return finding('waiver-expired', subject, 'passed', `it expires on ${waiver.expires}, in ${days} days`)
}

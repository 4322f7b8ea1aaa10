import { names } from './settings.ts'
import type { Manifest } from './manifests.ts'

/**
 * One place in which two renderings differ: `Kind/name`, with the namespace between them if it isn't the bank's own, and
 * the path inside unless the whole object is meant.
 */
export interface Difference {
  place: string
  /** Undefined where it is not there. */
  dev: unknown
  production: unknown
}

/** Differences that are there on purpose. Places may have a `*`, which stands for anything but a space. */
export interface Allowance {
  reason: string
  dev?: string[]
  production?: string[]
  /** What has a value in both: dev's, then production's. */
  both?: Record<string, [unknown, unknown]>
}

/**
 * Compares two renderings object by object and field by field. Where a field is missing on one side, the highest one
 * that is missing is the difference, not each one below.
 */
export function differences(dev: readonly Manifest[], production: readonly Manifest[]): Difference[] {
  return compare('', byName(dev), byName(production))
}

/**
 * Holds differences against what is allowed.
 * @returns a sentence for each one that is not allowed, and for each allowance that allows nothing
 */
export function judge(found: readonly Difference[], allowances: readonly Allowance[]): string[] {
  const used = new Set<string>()
  const allowed = ({ place, dev, production }: Difference) =>
    allowances.some((allowance, index) => {
      const side = dev === undefined ? 'production' : production === undefined ? 'dev' : 'both'
      const entries =
        side === 'both'
          ? Object.entries(allowance.both ?? {})
          : (allowance[side] ?? []).map((key) => [key] as const)
      return entries.some(([key, values]) => {
        if (!matches(key, place)) return false
        used.add(`${index} ${side} ${key}`)
        return values === undefined || (sameValue(values[0], dev) && sameValue(values[1], production))
      })
    })
  const problems = found
    .filter((difference) => !allowed(difference))
    .map(({ place, dev, production }) => `${place}: ${show(dev)} in dev, ${show(production)} in production`)
  for (const [index, allowance] of allowances.entries()) {
    if (allowance.reason.trim() === '') problems.push(`allowance ${index + 1} has no reason`)
    for (const side of ['dev', 'production', 'both'] as const) {
      const keys = side === 'both' ? Object.keys(allowance.both ?? {}) : (allowance[side] ?? [])
      for (const key of keys)
        if (!used.has(`${index} ${side} ${key}`))
          problems.push(`${key} is allowed (${side}), but does not differ like that`)
    }
  }
  return problems
}

type Fields = Record<string, unknown>

function byName(manifests: readonly Manifest[]): Fields {
  return fieldsByKey(
    manifests.map((manifest) => {
      const { namespace = names.namespace, name } = manifest.metadata
      return [
        [manifest.kind, ...(namespace === names.namespace ? [] : [namespace]), name].join('/'),
        manifest,
      ]
    }),
  )
}

/** @throws Error if two have one key, since one of them would be overlooked */
function fieldsByKey(entries: readonly (readonly [string, unknown])[]): Fields {
  const fields = Object.fromEntries(entries)
  if (Object.keys(fields).length < entries.length)
    throw new Error(`twice in one rendering: ${entries.map(([key]) => key).join(', ')}`)
  return fields
}

function compare(place: string, dev: unknown, production: unknown): Difference[] {
  // A list that is missing has no items, and each item of the other one is a difference.
  const left = fieldsOf(dev ?? (Array.isArray(production) ? [] : undefined))
  const right = fieldsOf(production ?? (Array.isArray(dev) ? [] : undefined))
  if (left === undefined || right === undefined)
    return JSON.stringify(dev) === JSON.stringify(production) ? [] : [{ place, dev, production }]
  const order = orderMatters(place) ? compareOrder(place, Object.keys(left), Object.keys(right)) : []
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])]
  return [...keys.flatMap((key) => compare(join(place, key), left[key], right[key])), ...order]
}

/** Containers of this list start one after the other. */
const orderMatters = (place: string) => place.endsWith('.initContainers')

function compareOrder(place: string, dev: readonly string[], production: readonly string[]): Difference[] {
  const common = (keys: readonly string[], others: readonly string[]) =>
    keys.filter((key) => others.includes(key))
  const [left, right] = [common(dev, production), common(production, dev)]
  return left.join() === right.join() ? [] : [{ place: `${place} order`, dev: left, production: right }]
}

/** Objects first, then a space, then a path. */
function join(place: string, key: string): string {
  if (place === '') return key
  if (!place.includes(' ')) return `${place} ${key}`
  return key.startsWith('[') ? `${place}${key}` : `${place}.${key}`
}

/** Lists are read as what their items are called: where items have names, only orderMatters knows of order. */
function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!Array.isArray(value)) return value as Fields
  return fieldsByKey(value.map((item: unknown, index) => [`[${nameOf(item) ?? index}]`, item]))
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { name, mountPath, topologyKey } = item as Record<string, unknown>
  return [mountPath, topologyKey, name].find((value) => typeof value === 'string')
}

function matches(pattern: string, place: string): boolean {
  const source = pattern.split('*').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${source.join('[^ ]*')}$`).test(place)
}

function sameValue(expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'string' && typeof actual === 'string') return matches(expected, actual)
  return JSON.stringify(expected) === JSON.stringify(actual)
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

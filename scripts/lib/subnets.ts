import { SurroundingsError } from './errors.ts'

/** A range of IPv4 addresses. */
export interface Subnet {
  /** Its first address, as a number. */
  first: number
  /** How many leading bits its addresses share. */
  length: number
}

/** A range that the engine's host sends somewhere. */
export interface Route {
  subnet: Subnet
  /** The interface that it leads to. */
  device: string
}

/** Shorter than any network of a machine: a default route, or the halves of one that a VPN makes. */
const SHORTEST = 8

/** Reads a range like 10.89.1.0/24; undefined if it is none, or if its address has bits beyond its length. */
export function parseSubnet(text: string): Subnet | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)
  if (!match) return undefined
  const [a = 0, b = 0, c = 0, d = 0, length = 0] = match.slice(1).map(Number)
  if ([a, b, c, d].some((byte) => byte > 255) || length > 32) return undefined
  const first = ((a * 256 + b) * 256 + c) * 256 + d
  return first % 2 ** (32 - length) === 0 ? { first, length } : undefined
}

/** A range as it is written. */
export function formatSubnet({ first, length }: Subnet): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256)
  return `${bytes.join('.')}/${length}`
}

/** Whether two ranges have an address in common. */
export function overlap(one: Subnet, other: Subnet): boolean {
  const size = 2 ** (32 - Math.min(one.length, other.length))
  return Math.floor(one.first / size) === Math.floor(other.first / size)
}

/** The routes in the text of /proc/net/route, whose numbers have their bytes reversed; without default routes. */
export function parseRoutes(text: string): Route[] {
  const number = (hex: string) => Number(`0x${(/../g[Symbol.match](hex) ?? []).reverse().join('')}`)
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 8)
    .map(([device = '', destination = '', , , , , , mask = '']) => ({
      device,
      subnet: { first: number(destination), length: number(mask).toString(2).replaceAll('0', '').length },
    }))
    .filter(({ subnet }) => subnet.length >= SHORTEST)
}

/** What stands in the way of a range, in words; undefined if nothing does. */
function clash(subnet: Subnet, routes: readonly Route[]): string | undefined {
  const route = routes.find((candidate) => overlap(candidate.subnet, subnet))
  return route && `this machine sends ${formatSubnet(route.subnet)} to ${route.device}`
}

/** A range that is looked for. */
export interface Search {
  /** What it is for, in words. */
  purpose: string
  /** The variable by which another one is chosen. */
  variable: string
  /** What that variable says. */
  wanted: string | undefined
  /** Where to look otherwise, best first. */
  candidates: readonly string[]
  /** Ranges that are taken by other parts of the cluster. */
  taken?: readonly string[]
}

/**
 * Finds a range that nothing on the engine's host uses.
 * @returns the range, and why it is not the best one, if it is not
 * @throws SurroundingsError if the wanted range, or every candidate, is in use
 */
export function findSubnet(search: Search, routes: readonly Route[]): { subnet: string; why?: string } {
  const { purpose, variable, wanted, candidates, taken = [] } = search
  const parts = taken.map((text) => parseSubnet(text)).filter((subnet) => subnet !== undefined)
  const used = (text: string): string | undefined => {
    const subnet = parseSubnet(text)
    if (!subnet) return 'it is no subnet'
    const part = parts.find((candidate) => overlap(candidate, subnet))
    return part ? `${formatSubnet(part)} is used by another part of the cluster` : clash(subnet, routes)
  }
  const [best = ''] = candidates
  const why = used(wanted ?? best)
  if (why === undefined) return { subnet: wanted ?? best }
  if (wanted !== undefined)
    throw new SurroundingsError(`${variable} is ${wanted}, but ${why}: choose a range that nothing uses`)
  const subnet = candidates.find((candidate) => used(candidate) === undefined)
  if (subnet === undefined)
    throw new SurroundingsError(`no range is free for ${purpose}: ${why}. Choose one with ${variable}`)
  return { subnet, why }
}

import { isIP, isIPv6 } from 'node:net'

/** What stands for an address that isn't one. */
export const UNKNOWN_ADDRESS = 'unknown'

/** An IP address in its usual spelling: an IPv4 address that came as IPv6 is written as IPv4. */
export function readAddress(text: string): string {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) === 0 ? UNKNOWN_ADDRESS : address
}

/**
 * What an address is counted under: itself, or for IPv6 the first 64 bits, since whoever has one such address
 * has all that share them.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  // The last 32 bits may be written as IPv4, but never belong to the first 64.
  const width = (list: string[]) => list.reduce((sum, group) => sum + (group.includes('.') ? 2 : 1), 0)
  const before = groups(head)
  const after = groups(tail ?? '')
  const zeros = Array.from({ length: 8 - width(before) - width(after) }, () => '0')
  const first = [...before, ...zeros, ...after].slice(0, 4)
  return `${first.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}

import { describe, expect, it } from 'vitest'
import { networkOf, readAddress } from './address.ts'

describe('an address', () => {
  it('is written one way', () => {
    expect(readAddress('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(readAddress('192.0.2.7')).toBe('192.0.2.7')
    expect(readAddress('2001:db8::1')).toBe('2001:db8::1')
  })

  it('that is none is not repeated', () => {
    for (const text of ['', 'localhost', '1.2.3.4, 5.6.7.8', '<script>'])
      expect(readAddress(text)).toBe('unknown')
  })
})

describe('the network of an address', () => {
  it('is the address itself in IPv4', () => {
    expect(networkOf('192.0.2.7')).toBe('192.0.2.7')
  })

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

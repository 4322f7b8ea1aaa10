import { describe, expect, it } from 'vitest'
import { SurroundingsError } from './errors.ts'
import { findSubnet, formatSubnet, overlap, parseRoutes, parseSubnet } from './subnets.ts'

const subnet = (text: string) => parseSubnet(text) ?? { first: NaN, length: NaN }

describe('a subnet', () => {
  it.each(['10.89.1.0/24', '172.20.0.0/16', '192.168.0.0/28', '0.0.0.0/0', '255.255.255.255/32'])(
    'is read and written: %s',
    (text) => {
      expect(formatSubnet(subnet(text))).toBe(text)
    },
  )

  it.each(['10.89.1.0', '10.89.1.1/24', '10.89.256.0/24', '10.89.0.0/33', '10.89/16', 'fd00::/64', ''])(
    'is not: %s',
    (text) => {
      expect(parseSubnet(text)).toBeUndefined()
    },
  )

  it.each([
    ['10.89.1.0/24', '10.89.1.128/25', true],
    ['10.0.0.0/8', '10.89.1.0/24', true],
    ['10.89.1.0/24', '10.0.0.0/8', true],
    ['10.89.1.0/24', '10.89.2.0/24', false],
    ['172.16.0.0/12', '172.20.0.0/16', true],
    ['192.168.0.0/16', '193.168.0.0/16', false],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect(overlap(subnet(one), subnet(other))).toBe(expected)
  })
})

const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0
tun0\t000014AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
br-1\t0009590A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
`

it('reads the routes of a Linux host, and takes neither a default route nor half of one for a network', () => {
  const routes = parseRoutes(table).map(({ device, subnet }) => `${formatSubnet(subnet)} ${device}`)
  expect(routes).toEqual(['172.20.0.0/16 tun0', '10.89.9.0/24 br-1'])
})

describe('finding a subnet', () => {
  const pods = {
    purpose: 'the pods',
    variable: 'DWAY_POD_SUBNET',
    candidates: ['172.20.0.0/16', '172.21.0.0/16'],
    wanted: undefined,
  }
  const routes = parseRoutes(table)

  it('takes the best one when nothing is in its way', () => {
    expect(findSubnet(pods, [])).toEqual({ subnet: '172.20.0.0/16' })
  })

  it('takes the next one, and names what is in the way of the best', () => {
    expect(findSubnet(pods, routes)).toEqual({
      subnet: '172.21.0.0/16',
      why: 'this machine sends 172.20.0.0/16 to tun0',
    })
  })

  it('keeps out of the way of the other parts of the cluster', () => {
    expect(findSubnet({ ...pods, taken: ['172.20.128.0/24'] }, [])).toEqual({
      subnet: '172.21.0.0/16',
      why: '172.20.128.0/24 is used by another part of the cluster',
    })
  })

  it('takes the wanted one, or refuses it by name', () => {
    expect(findSubnet({ ...pods, wanted: '10.1.0.0/16' }, routes)).toEqual({ subnet: '10.1.0.0/16' })
    expect(() => findSubnet({ ...pods, wanted: '172.20.64.0/18' }, routes)).toThrow(
      new SurroundingsError(
        'DWAY_POD_SUBNET is 172.20.64.0/18, but this machine sends 172.20.0.0/16 to tun0: choose a range that nothing uses',
      ),
    )
  })

  it('names the variable when nothing is free', () => {
    expect(() => findSubnet({ ...pods, candidates: ['172.20.0.0/16'] }, routes)).toThrow(
      'no range is free for the pods: this machine sends 172.20.0.0/16 to tun0. Choose one with DWAY_POD_SUBNET',
    )
  })
})

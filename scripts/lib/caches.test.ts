import { describe, expect, it } from 'vitest'
import { disposable, isOurs, parseSize, type Image } from './caches.ts'

const image = (name: string, created = '2026-01-01', containers = 0): Image => {
  const [, repository = '', tag = ''] = /^(.+):([^:]+)$/.exec(name) ?? []
  return { id: name, repository, tag, created, containers }
}
const names = (images: Image[]) => images.map(({ repository, tag }) => `${repository}:${tag}`)

it.each([
  ['7.175GB', 7_175_000_000],
  ['322.2MB (6%)', 322_200_000],
  ['5.965kB', 5965],
  ['0B', 0],
  ['N/A', 0],
])('reads the size %s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

it.each(['dway/base', 'dway/kind-node', 'localhost:5001/dway_api', `vsc-hub-${'0f'.repeat(32)}-uid`])(
  'knows %s as ours',
  (repository) => {
    expect(isOurs({ repository })).toBe(true)
  },
)

it.each(['postgres', 'dwayne/base', 'localhost:5001/api', 'kindest/node', '<none>', 'vsc-something'])(
  'leaves %s alone',
  (repository) => {
    expect(isOurs({ repository })).toBe(false)
  },
)

describe('what may go', () => {
  const images = [
    image('dway/base:now'),
    image('dway/base:before'),
    image('dway/base:other'),
    image('dway/toolbox:box'),
    image('dway/checkout:box-123'),
    image('dway/checkout:old-123'),
    image('dway/debian:trixie'),
    image('dway/registry:before', '2026-01-01', 1),
    image('localhost:5001/dway_api:tilt-1', '2026-01-01'),
    image('localhost:5001/dway_api:tilt-2', '2026-01-02'),
    image('dway/postgres:1', '2026-01-01'),
    image('dway/postgres:2', '2026-01-02'),
  ]
  const inUse = new Set(['other'])

  it('is what neither a container nor the next up needs', () => {
    expect(names(disposable(images, inUse, new Set(['now', 'box'])))).toEqual([
      'dway/base:before',
      'dway/checkout:old-123',
      'localhost:5001/dway_api:tilt-1',
      'dway/postgres:1',
    ])
  })

  it('is everything that no container needs, when nothing is kept for the next up', () => {
    expect(names(disposable(images, inUse, undefined))).toEqual(
      names(images.filter(({ tag, containers }) => tag !== 'other' && containers === 0)),
    )
  })
})

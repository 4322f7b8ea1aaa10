import { describe, expect, it } from 'vitest'
import { groupImages } from './image-groups.ts'
import { freedBytes, type LayeredImage } from './image-layers.ts'

const layered = (id: string, bytes: number, uniqueBytes: number, layers: string): LayeredImage => ({
  id,
  bytes,
  uniqueBytes,
  layers: layers.split(''),
})

describe('what deleting images frees', () => {
  // A base, two images on it of which one has another name too, and a stranger.
  const images = [
    layered('base', 100, 0, 'a'),
    layered('node', 150, 0, 'ab'),
    layered('same', 150, 0, 'ab'),
    layered('api', 160, 60, 'ac'),
    layered('stranger', 7, 7, 'x'),
  ]
  const freed = (...ids: string[]) => freedBytes(images, new Set(ids))

  it('is nothing while another image has the same layers', () => {
    expect(freed('base')).toBe(0)
    expect(freed('node')).toBe(0)
  })

  it('is what they share too when the last one goes, counted once', () => {
    expect(freed('node', 'same')).toBe(50)
    expect(freed('node', 'same', 'api')).toBe(110)
    expect(freed('base', 'node', 'same', 'api')).toBe(210)
    expect(freed(...images.map(({ id }) => id))).toBe(217)
  })

  it("is no less than an image's own part where nothing tells how large the shared one is", () => {
    const alike = [layered('one', 100, 10, 'ab'), layered('two', 100, 10, 'ac')]
    expect(freedBytes(alike, new Set(['one']))).toBe(10)
    expect(freedBytes(alike, new Set(['one', 'two']))).toBe(110)
  })
})

describe('images that may go', () => {
  const image = (id: string, repository: string) => ({ id, repository, tag: 't', created: '', containers: 0 })
  const images = [
    image('1', 'dway/base'),
    image('2', 'localhost:5001/dway_api'),
    image('3', 'dway/node'),
    image('4', `vsc-main-${'0f'.repeat(32)}`),
  ]
  const sizes = [
    layered('1', 10, 0, 'a'),
    layered('3', 15, 5, 'ab'),
    layered('2', 12, 2, 'ac'),
    layered('4', 30, 0, 'd'),
    layered('sha256:0123456789abcdef', 30, 0, 'd'),
  ]

  it('are grouped by what they are, with sums that add up', () => {
    const groups = groupImages(images, ['sha256:0123456789abcdef'], sizes, false)
    expect(groups.map(({ what, images: { length }, bytes }) => `${what}: ${length}, ${bytes}`)).toEqual([
      'images of older versions: 2, 5',
      'images that Tilt built: 1, 12',
      'toolboxes of checkouts: 1, 0',
      'toolboxes that lost their name: 1, 30',
    ])
    expect(groups.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(47)
    expect(groups.at(-1)?.images[0]?.name).toBe('0123456789ab')
  })

  it('are not only of older versions when nothing is kept for the next up', () => {
    expect(groupImages(images, [], sizes, true)[0]?.what).toBe('images of the platform')
  })
})

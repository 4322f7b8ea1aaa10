import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, version } from '../scripts/lib/settings.ts'

const read = (...parts: string[]) => fs.readFileSync(path.join(root, ...parts), 'utf8')

/** The version that a build list requires of a module. */
function required(buildList: string, module: string): string | undefined {
  const line = read('toolchain', buildList, 'go.mod')
    .split('\n')
    .map((text) => text.replace(/^require /, '').trim())
    .find((text) => text.startsWith(`${module} v`))
  return line?.split(' ')[1]
}

describe('versions.yaml agrees with', () => {
  it.each([
    ['kubernetes', 'k8s.io/kubernetes', 'MIRROR_KUBERNETES_VERSION'],
    ['kubernetes', 'github.com/coredns/coredns', 'MIRROR_COREDNS_VERSION'],
    ['tilt', 'github.com/tilt-dev/tilt', 'MIRROR_TILT_VERSION'],
  ])('toolchain/%s/go.mod about %s', (buildList, module, key) => {
    expect(required(buildList, module)).toBe(`v${version(key)}`)
  })

  it('the kind of both sources', () => {
    expect(required('kubernetes', 'sigs.k8s.io/kind')).toBe(`v${version('UPSTREAM_KIND_VERSION')}`)
  })

  it('the Node and npm that package.json asks for', () => {
    const { engines, packageManager } = JSON.parse(read('package.json')) as {
      engines: { node: string; npm: string }
      packageManager: string
    }
    expect(engines).toMatchObject({ node: version('NODE_VERSION'), npm: version('NPM_VERSION') })
    expect(packageManager).toBe(`npm@${version('NPM_VERSION')}`)
  })
})

describe('versions.yaml', () => {
  const entries = read('toolchain/versions.yaml')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(': ') as [string, string])

  it('pins every upstream image by its digest', () => {
    const images = entries.filter(([key]) => key.endsWith('_IMAGE'))
    expect(images.length).toBeGreaterThan(0)
    for (const [key, value] of images) expect(value, key).toMatch(/@sha256:[0-9a-f]{64}$/)
  })

  it('has a checksum for each architecture of every upstream binary', () => {
    const checksums = entries.filter(([key]) => key.endsWith('_SHA256'))
    expect(checksums.map(([key]) => key)).toEqual(
      ['KIND', 'KUBECTL', 'TILT'].flatMap((tool) => [
        `UPSTREAM_${tool}_AMD64_SHA256`,
        `UPSTREAM_${tool}_ARM64_SHA256`,
      ]),
    )
    for (const [key, value] of checksums) expect(value, key).toMatch(/^[0-9a-f]{64}$/)
  })
})

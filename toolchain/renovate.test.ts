import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../scripts/lib/settings.ts'

interface CustomManager {
  managerFilePatterns: string[]
  matchStrings: string[]
  datasourceTemplate: string
  depNameTemplate?: string
}
interface Renovate {
  enabledManagers: string[]
  minimumReleaseAge: string
  internalChecksFilter: string
  automerge: boolean
  pinDigests: boolean
  packageRules: {
    matchPackageNames: string[]
    enabled?: boolean
    automerge?: boolean
    minimumReleaseAge?: string
  }[]
  customManagers: CustomManager[]
}

const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8')
const renovate = JSON.parse(read('renovate.json')) as Renovate
const versions = read('toolchain/versions.yaml')
const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')

/** Which lines of versions.yaml a configuration would keep up to date, each with what it takes it for. */
function kept({ customManagers }: Renovate): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { matchStrings, depNameTemplate } of customManagers)
    for (const pattern of matchStrings)
      for (const { 0: text, groups } of versions.matchAll(new RegExp(pattern, 'g'))) {
        const name = /(\w+): /.exec(text)?.[1] ?? ''
        found.set(name, [
          ...(found.get(name) ?? []),
          `${depNameTemplate ?? groups?.['depName']} ${groups?.['currentValue']}`,
        ])
      }
  return found
}

describe('renovate.json', () => {
  it('waits as long as .npmrc does before it takes a release, and merges nothing by itself', () => {
    const days = Number(/^min-release-age=(\d+)$/m.exec(read('.npmrc'))?.[1])
    expect(renovate.minimumReleaseAge).toBe(`${days} days`)
    expect(renovate.internalChecksFilter).toBe('strict')
    expect(renovate.automerge).toBe(false)
    for (const rule of renovate.packageRules) {
      expect(rule.automerge).not.toBe(true)
      expect(rule).not.toHaveProperty('minimumReleaseAge')
    }
    expect(renovate.pinDigests).toBe(true)
  })

  it.each([
    ['npm', /(^|\/)package\.json$/],
    ['dockerfile', /(^|\/)Dockerfile$/],
    ['gomod', /(^|\/)go\.mod$/],
    ['github-actions', /^\.github\/workflows\//],
    ['pip_requirements', /requirements\.txt$/],
    ['custom.regex', /^toolchain\/versions\.yaml$/],
  ])('%s looks after files that are here', (manager, pattern) => {
    expect(renovate.enabledManagers).toContain(manager)
    expect(files.some((file) => pattern.test(file))).toBe(true)
  })

  it('finds every version and image of versions.yaml that is released, once each, and all of the value', () => {
    const released = [
      ...versions.matchAll(/^((?:UPSTREAM_\w+_(?:IMAGE|VERSION))|NODE_VERSION|NPM_VERSION): (.+)$/gm),
    ]
    const found = kept(renovate)
    expect([...found.keys()].sort()).toEqual(released.map(([, name]) => name).sort())
    for (const [, name = '', value = ''] of released) {
      expect(found.get(name), name).toHaveLength(1)
      const [, current = ''] = found.get(name)?.[0]?.split(' ') ?? []
      expect(value.includes('@') ? /:([^@]+)@/.exec(value)?.[1] : value, name).toBe(current)
    }
  })

  it('a pattern that no longer matches would be found', () => {
    const [first, ...rest] = renovate.customManagers
    const broken = {
      ...renovate,
      customManagers: [{ ...first, matchStrings: ['nothing'] } as CustomManager, ...rest],
    }
    expect(kept(broken).size).toBeLessThan(kept(renovate).size)
  })

  it('looks for none of the images that are built here', () => {
    expect(renovate.packageRules).toContainEqual(
      expect.objectContaining({ matchPackageNames: ['dway/**'], enabled: false }),
    )
  })
})

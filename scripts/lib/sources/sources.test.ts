import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../../services/sources/report.ts'
import type { Pod } from '../kubernetes.ts'
import { root } from '../settings.ts'
import { isReplaced } from './check.ts'
import { compareSources, describeSources, needsSync } from './compare.ts'
import { ignoredBy } from './ignored.ts'
import { changedSince } from './images.ts'
import { syncedServices } from './services.ts'

describe('.dockerignore', () => {
  const ignored = ignoredBy(
    '# a comment\n.git\nnode_modules\n**/dist\n**/*.test.ts\n*.log\n!kept.log\n**/.*.sw?\n',
  )

  it.each([
    '.git',
    '.git/config',
    'node_modules/a/b.js',
    'dist',
    'services/web/dist/x.js',
    'services/api/src/a.test.ts',
    'x.log',
    'services/api/src/.a.ts.swp',
  ])('leaves out %s', (name) => {
    expect(ignored(name)).toBe(true)
  })

  it.each([
    'git',
    'services/node_modules',
    'services/distance/x',
    'a.test.tsx',
    'b/x.log',
    'kept.log',
    'atest.ts',
  ])('does not leave out %s', (name) => {
    expect(ignored(name)).toBe(false)
  })
})

describe('the sources of a pod', () => {
  const pod = { service: 'api', pod: 'api-1' }
  const wanted = new Map([
    ['a.ts', '1'],
    ['b.ts', '2'],
  ])
  const report = (changes: Partial<Report> = {}): Report => ({
    digest: 'd',
    state: 'runs',
    runs: wanted,
    files: wanted,
    ...changes,
  })
  const compare = (changes: Partial<Report>, busy = false) =>
    compareSources(pod, wanted, report(changes), busy)

  it('are current when what was loaded and what lies there is what the working tree holds', () => {
    expect(compare({})).toMatchObject({ state: 'current', differences: [] })
  })

  it('are stale, by name, when something else was loaded', () => {
    const status = compare({ runs: new Map([['b.ts', 'old'], ['c.ts', '3']]) }) // prettier-ignore
    expect(status.state).toBe('stale')
    expect(describeSources(status)).toBe('api runs stale code: a.ts (new), b.ts (changed), c.ts (deleted)')
  })

  it('are stale when only the disk differs, because a restart would load that', () => {
    expect(describeSources(compare({ files: new Map([['a.ts', '1']]) }))).toBe(
      'api runs stale code: b.ts (new, on its disk only)',
    )
  })

  it('are being synced while Tilt is at it, and only then', () => {
    expect(compare({ runs: new Map() }, true).state).toBe('syncing')
    expect(compare({ runs: new Map() }).state).toBe('stale')
  })

  it('are broken when they are there but do not run', () => {
    const status = compare({ state: 'broken', error: 'a.ts:1: no' })
    expect(status.state).toBe('broken')
    expect(describeSources(status)).toBe('api does not run: a.ts:1: no')
  })

  it('are stale with the reason when they were refused', () => {
    const status = compare({ runs: new Map([...wanted, ['a.ts', '0']]), error: 'a.ts:1: no' })
    expect(describeSources(status)).toBe('api runs stale code: a.ts (changed). It refused them: a.ts:1: no')
  })

  it('say whether files are missing or were only not loaded', () => {
    expect(needsSync(compare({ runs: new Map() }))).toBe(false)
    expect(needsSync(compare({ files: new Map() }))).toBe(true)
    const status = compare({ runs: new Map(), files: new Map(), error: 'a.ts:1: no' })
    expect(needsSync(status)).toBe(true)
    expect(describeSources(status)).toContain('What it has does not run: a.ts:1: no')
  })

  it('are named by three of many', () => {
    const many = new Map(Array.from({ length: 9 }, (_, index) => [`f${index}.ts`, 'x']))
    expect(describeSources(compareSources(pod, many, report({ runs: new Map(), files: many }), false))).toBe(
      'api runs stale code: f0.ts (new), f1.ts (new), f2.ts (new), 6 more',
    )
  })
})

describe('a pod', () => {
  const at = (seconds: number, name = 'api'): Pod => ({
    metadata: {
      name: 'p',
      namespace: 'n',
      uid: 'u',
      creationTimestamp: new Date(seconds * 1000).toISOString(),
      labels: { 'app.kubernetes.io/name': name },
    },
    spec: { containers: [] },
    status: { phase: 'Running' },
  })

  it('is about to be replaced while a younger one of its service starts', () => {
    const old = at(1000)
    expect(isReplaced(old, [old, at(2000)], 2_010_000)).toBe(true)
    expect(isReplaced(old, [old], 2_010_000)).toBe(false)
    expect(isReplaced(old, [old, at(2000, 'web')], 2_010_000)).toBe(false)
    expect(isReplaced(at(2000), [old, at(2000)], 2_010_000)).toBe(false)
  })

  it('is not, when the younger one should have been ready long ago', () => {
    expect(isReplaced(at(1000), [at(1000), at(2000)], 2_500_000)).toBe(false)
  })
})

it('a changed file of an image is named once, however often the image names it', () => {
  const inputs = ['services/web/package.json', 'services/web', 'services/web/package.json']
  const files = changedSince({ service: 'web', inputs, builtAt: 0 })
  expect(files.filter((file) => file === 'services/web/package.json')).toHaveLength(1)
})

describe('the Tiltfile', () => {
  const tiltfile = fs.readFileSync(path.join(root, 'Tiltfile'), 'utf8')

  it('syncs what is compared, and nothing else', () => {
    const syncs = [...tiltfile.matchAll(/sync\('([^']+)', '([^']+)'\)/g)].map(([, from, to]) => ({
      from,
      to,
    }))
    expect(syncs).toEqual(syncedServices.flatMap((service) => service.syncs))
  })
})

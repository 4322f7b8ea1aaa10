import fs from 'node:fs'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { statePath } from '../../scripts/lib/settings.ts'
import { long } from '../support/long.ts'
import { dway, editTrial, inTrial, resetTrial, succeeded, trialKubectl, trialPath } from '../support/trial.ts'

/** ./dway as somebody types it on a host: it finds its own way to an image that can do what is asked. */
const onHost = (...args: string[]) =>
  inTrial('env', [
    '--unset=DWAY_TOOLBOX',
    `NPM_CONFIG_USERCONFIG=${statePath('host/npmrc')}`,
    'bash',
    './dway',
    ...args,
  ])

const lockfile = () => fs.readFileSync(trialPath('package-lock.json'), 'utf8')
const merged = (text: string) =>
  text.replace(
    '  "lockfileVersion": 3,\n',
    '<<<<<<< HEAD\n  "lockfileVersion": 3,\n=======\n  "lockfileVersion": 3,\n>>>>>>> theirs\n',
  )

describe('a lockfile that stops every build is mended by the command that up names', () => {
  afterEach(resetTrial)
  afterAll(async () => {
    succeeded('the bank did not heal', await dway('up'))
  })

  const short: [string, () => void, string][] = [
    [
      'it was merged',
      () => fs.writeFileSync(trialPath('package-lock.json'), merged(lockfile())),
      'package-lock.json still has both sides of a merge in it',
    ],
  ]
  // The first of them also is what the bank comes up with below; after the others npm asks for every package again.
  const others: typeof short = [
    [
      'a package was added by hand',
      () => editTrial('services/api/package.json', '"typebox"', '"yaml": "2.9.1",\n    "typebox"'),
      'package-lock.json is out of step with services/api/package.json (yaml is not in the lockfile)',
    ],
    ['it was deleted', () => fs.rmSync(trialPath('package-lock.json')), 'package-lock.json is missing'],
    [
      'half of it is gone',
      () => fs.writeFileSync(trialPath('package-lock.json'), lockfile().slice(0, 1000)),
      'package-lock.json is not JSON',
    ],
  ]

  it.each([...short, ...(long ? others : [])])('%s', async (_what, break_, said) => {
    break_()
    const up = await onHost('up')
    expect(up.stderr.trimEnd().split('\n').at(-1)).toMatch(/^dway: .*: run \.\/dway npm install$/)
    expect(up.stderr).toContain(said)
    expect(up.exitCode).toBe(4)
    expect(up.seconds).toBeLessThan(30)

    succeeded('./dway npm install', await onHost('npm', 'install'))
    expect(lockfile()).toContain('"node_modules/typebox"')
    expect(lockfile()).not.toMatch(/"resolved": "http/)
    succeeded('the check', await inTrial('node', ['services/npm-ci/npm-ci.ts', '--check']))
  })

  it('and the bank comes up with it', async () => {
    editTrial('services/api/package.json', '"typebox"', '"yaml": "2.9.1",\n    "typebox"')
    const refused = await dway('up')
    expect(refused.exitCode).toBe(4)
    succeeded('./dway npm install', await dway('npm', 'install'))
    succeeded('up', await dway('up'))
    const words = ['exec', 'deployment/api', '--', 'ls', '/app/node_modules/yaml/package.json']
    succeeded('the package in the pod', await trialKubectl(words))
  })
})

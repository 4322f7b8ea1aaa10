import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockfileProblem } from './lockfile.ts'

let folder: string
const write = (name: string, text: string) => {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
  fs.writeFileSync(path.join(folder, name), text)
}
const json = (name: string, value: object) => write(name, JSON.stringify(value))

const root = { workspaces: ['services/api'], devDependencies: { vitest: '5.1.1' } }
const api = { name: '@dwaybank/api', dependencies: { pg: '8.23.1' } }

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lockfile-'))
  json('package.json', root)
  json('services/api/package.json', api)
  json('package-lock.json', { lockfileVersion: 3, packages: { '': root, 'services/api': api } })
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

it('finds nothing in files that are in step', () => {
  expect(lockfileProblem(folder)).toBeUndefined()
})

const conflict = '{\n<<<<<<< HEAD\n  "a": 1\n=======\n  "a": 2\n>>>>>>> theirs\n}\n'
const apiWith = (dependencies: object) => json('services/api/package.json', { ...api, dependencies })
const STEP = 'package-lock.json is out of step with services/api/package.json'

it.each<[string, () => void, string]>([
  [
    'a package that was added',
    () => apiWith({ pg: '8.23.1', zod: '4.0.0' }),
    `${STEP} (zod is not in the lockfile): run ./dway npm install`,
  ],
  [
    'a package that was removed',
    () => apiWith({}),
    `${STEP} (pg is only in the lockfile): run ./dway npm install`,
  ],
  [
    'another version',
    () => apiWith({ pg: '8.22.0' }),
    `${STEP} (pg is 8.22.0, and 8.23.1 in the lockfile): run ./dway npm install`,
  ],
  [
    'a new workspace',
    () => {
      json('package.json', { ...root, workspaces: ['services/api', 'services/new'] })
      json('services/new/package.json', {})
    },
    'package-lock.json is out of step with package.json (the lockfile has other workspaces): run ./dway npm install',
  ],
  [
    'a lockfile of the root alone',
    () => json('package-lock.json', { packages: { '': root } }),
    `${STEP} (it is not in the lockfile at all): run ./dway npm install`,
  ],
  [
    'a workspace less',
    () => json('package.json', { ...root, workspaces: [] }),
    'package-lock.json is out of step with package.json (the lockfile has other workspaces): run ./dway npm install',
  ],
  [
    'no lockfile',
    () => fs.rmSync(path.join(folder, 'package-lock.json')),
    'package-lock.json is missing: run ./dway npm install',
  ],
  [
    'half a lockfile',
    () => write('package-lock.json', '{"packages": {'),
    "package-lock.json is not JSON (Expected property name or '}' in JSON at position 14 (line 1 column 15)): run ./dway npm install",
  ],
  [
    'a merged lockfile',
    () => write('package-lock.json', conflict),
    'package-lock.json still has both sides of a merge in it: run ./dway npm install',
  ],
  [
    'a merged package.json',
    () => write('services/api/package.json', conflict),
    'services/api/package.json still has both sides of a merge in it: resolve it, then run ./dway npm install',
  ],
  [
    'a comma too many',
    () => write('package.json', '{"a": 1,}'),
    'package.json is not JSON (Expected double-quoted property name in JSON at position 8 (line 1 column 9)): mend it, then run ./dway npm install',
  ],
  [
    'no package.json of a workspace',
    () => fs.rmSync(path.join(folder, 'services/api/package.json')),
    'services/api/package.json is missing: git checkout services/api/package.json brings it back',
  ],
])('says in one line what is wrong and what mends it: %s', (_what, break_, said) => {
  break_()
  expect(lockfileProblem(folder)).toBe(said)
})

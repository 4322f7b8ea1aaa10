import path from 'node:path'
import { expect, it } from 'vitest'
import { UsageError } from '../errors.ts'
import { root } from '../settings.ts'
import { headsFile } from './heads.ts'

it('heads are kept in the checkout, by a path from its root', () => {
  expect(headsFile('.dway/heads.json')).toBe(path.join(root, '.dway/heads.json'))
  expect(headsFile(path.join(root, 'heads.json'))).toBe(path.join(root, 'heads.json'))
})

it.each(['/tmp/heads.json', '../heads.json', `${root}-other/heads.json`, ''])(
  'heads in %j would be lost with the toolbox: it is refused',
  (file) => {
    expect(() => headsFile(file)).toThrow(UsageError)
  },
)

import path from 'node:path'
import { expect, it } from 'vitest'
import { checkoutFile } from './checkout-file.ts'
import { UsageError } from './errors.ts'
import { root } from './settings.ts'

it('files are kept in the checkout, by a path from its root', () => {
  expect(checkoutFile('.dway/heads.json')).toBe(path.join(root, '.dway/heads.json'))
  expect(checkoutFile(path.join(root, 'heads.json'))).toBe(path.join(root, 'heads.json'))
})

it.each(['/tmp/heads.json', '../heads.json', `${root}-other/heads.json`, ''])(
  'a file in %j would be lost with the toolbox: it is refused',
  (file) => {
    expect(() => checkoutFile(file)).toThrow(UsageError)
  },
)

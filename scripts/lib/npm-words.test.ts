import { expect, it } from 'vitest'
import { npmWords } from './npm-words.ts'

it.each<[string, string[]]>([
  ['install', ['--package-lock-only', 'install']],
  [
    'i --workspace=services/api pg@8.22.0',
    ['--package-lock-only', 'i', '--workspace=services/api', 'pg@8.22.0'],
  ],
  [
    '--workspace services/api uninstall pg',
    ['--package-lock-only', '--workspace', 'services/api', 'uninstall', 'pg'],
  ],
  ['install --package-lock-only', ['install', '--package-lock-only']],
  ['view pg versions', ['view', 'pg', 'versions']],
  ['--version', ['--version']],
])('npm %s changes the lockfile alone', (words, called) => {
  expect(npmWords(words.split(' '))).toEqual(called)
})

it.each([
  ['ci', /images alone: \.\/dway up/],
  ['start', /containers: \.\/dway up/],
  ['test', /\.\/dway test/],
  ['run lint', /\.\/dway shell npm run$/],
  ['install --global pg', /leave out --global/],
  ['install -g pg', /leave out --global/],
])('npm %s is refused with what to call instead', (words, said) => {
  expect(() => npmWords(words.split(' '))).toThrow(said)
})

it('takes no words for a question', () => {
  expect(npmWords([])).toBeUndefined()
})

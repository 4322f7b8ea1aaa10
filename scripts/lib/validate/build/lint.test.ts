import { expect, it } from 'vitest'
import { findingsOf } from './lint.ts'

const remark = (file: string, line: number) => ({
  file,
  line,
  code: 2034,
  level: 'warning',
  message: 'unused',
})

it('makes one finding of all remarks of a rule on a file, and says that each file was read', () => {
  const found = findingsOf('shellcheck', ['dway', 'build.sh'], [remark('dway', 3), remark('dway', 7)])
  expect(found.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
    'shellcheck-ran, dway: passed',
    'shellcheck-sc2034, dway: failed',
    'shellcheck-ran, build.sh: passed',
  ])
  expect(found[1]?.evidence).toBe('line 3: unused\nline 7: unused')
})

it('loses nothing that is said of a file which another one sources', () => {
  const found = findingsOf('shellcheck', ['dway'], [remark('toolchain/host/steps.sh', 5)])
  expect(found.map(({ name }) => name)).toContain('shellcheck-sc2034, toolchain/host/steps.sh')
})

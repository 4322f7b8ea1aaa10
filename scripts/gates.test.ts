import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './lib/settings.ts'
import { copyWorkingTree } from './lib/working-tree.ts'

// git itself, with the project's hooks, in a copy of the checkout and a worktree of it.
let copy: string
const file = (name: string) => path.join(copy, name)
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')),
)

interface Told {
  code: number
  said: string
  /** Of the processor: how long it takes beside others says nothing. */
  seconds: number
}

function git(folder: string, ...words: string[]): Told {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main']
  const env = { ...environment, DWAY_TOOLBOX: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
  const script = 'code=0; git "$@" 2>&1 || code=$?; times; exit $code'
  const run = spawnSync('bash', ['-c', script, 'bash', ...who, ...words], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  const [, said = '', times = ''] = /^([\s\S]*?)\d+m[^\n]*\n(\d+m[^\n]*)\n$/.exec(run.stdout) ?? []
  const seconds = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s))
  return { code: run.status ?? 1, said, seconds: seconds.reduce((sum, one) => sum + one, 0) }
}

beforeAll(() => {
  copy = fs.mkdtempSync(path.join(os.tmpdir(), 'hooks-'))
  copyWorkingTree(copy)
  fs.symlinkSync(fs.realpathSync(path.join(root, 'node_modules')), file('node_modules'))
  git(copy, 'init', '--quiet')
  git(copy, 'add', '--all')
  git(copy, 'commit', '--quiet', '--message', 'All of it')
  git(copy, 'config', 'core.hooksPath', '.githooks')
}, 60_000)
afterAll(() => fs.rmSync(copy, { recursive: true }))

describe('a commit', { timeout: 120_000 }, () => {
  it('that is clean passes, and costs at most ten seconds of two processors', () => {
    fs.appendFileSync(file('scripts/lib/table.ts'), '\n/** One. */\nexport const one = 1\n')
    const { code, said, seconds } = git(copy, 'commit', '--all', '--quiet', '--message', 'One')
    expect(said).toBe('')
    expect(code).toBe(0)
    // Ten seconds of two processors; a checked commit costs some.
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThan(20)
  })

  it('with a mistake, a bad format and a bypass is refused, and all three are named', () => {
    fs.appendFileSync(file('scripts/lib/table.ts'), '\nexport const two: any = {  two: 2 }\n')
    fs.writeFileSync(file('docker-compose.yml'), 'services: {}\n')
    git(copy, 'add', '--all')
    const { code, said } = git(copy, 'commit', '--quiet', '--message', 'Two')
    expect(code).not.toBe(0)
    expect(said).toContain('docker-compose.yml: another orchestrator')
    expect(said).toContain('@typescript-eslint/no-explicit-any')
    expect(said).toContain('./dway shell npm run format')
    git(copy, 'reset', '--quiet', '--hard')
  })

  it('is held against what is committed, not what lies beside it', () => {
    fs.writeFileSync(file('compose.yaml'), 'services: {}\n')
    fs.appendFileSync(file('docs/troubleshooting.md'), '\nOne more line.\n')
    expect(git(copy, 'commit', '--quiet', '--message', 'A line', 'docs/troubleshooting.md')).toMatchObject({
      code: 0,
    })
    git(copy, 'add', 'compose.yaml')
    expect(git(copy, 'commit', '--quiet', '--message', 'Another orchestrator').code).not.toBe(0)
    git(copy, 'reset', '--quiet', '--hard')
  })
})

describe('a push', { timeout: 120_000 }, () => {
  it('of a bypass that was committed without hooks, in a worktree, is refused', () => {
    const [remote, tree] = [file('.dway/remote'), file('.dway/tree')]
    git(copy, 'init', '--quiet', '--bare', remote)
    git(copy, 'remote', 'add', 'origin', remote)
    git(copy, '-c', 'core.hooksPath=/dev/null', 'push', '--quiet', 'origin', 'HEAD:main')
    git(copy, 'worktree', 'add', '--quiet', '-b', 'other', tree)
    fs.symlinkSync(fs.realpathSync(path.join(root, 'node_modules')), path.join(tree, 'node_modules'))
    expect(git(tree, 'push', '--quiet', 'origin', 'other').said).toBe('')
    fs.writeFileSync(path.join(tree, 'compose.yaml'), 'services: {}\n')
    git(tree, 'add', '--all')
    git(tree, '-c', 'core.hooksPath=/dev/null', 'commit', '--quiet', '--message', 'Past the hooks')
    const { code, said } = git(tree, 'push', '--quiet', 'origin', 'other')
    expect(said).toContain('compose.yaml: another orchestrator')
    expect(code).not.toBe(0)
  })
})

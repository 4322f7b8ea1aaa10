import fs from 'node:fs'
import path from 'node:path'
import { ESLint } from 'eslint'
import { expect, it, describe } from 'vitest'
import { root } from '../settings.ts'
import { bypasses } from './table.ts'

const rules = fs.readFileSync(path.join(root, 'CLAUDE.md'), 'utf8')

/** What is named below each of the numbered rules: `Enforced by:`, then names in backticks until an empty line. */
function enforcers(text: string): Map<number, string[]> {
  const sections = text.split(/^## /m).filter((section) => /^[1-9]\. /.test(section))
  return new Map(
    sections.map((section) => {
      const [, names = ''] = /^Enforced by: ([\s\S]*?)(?:\n\n|\n?$(?![\s\S]))/m.exec(section) ?? []
      return [Number(section[0]), [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)]
    }),
  )
}

const { rules: configured } = (await new ESLint({ cwd: root }).calculateConfigForFile(
  import.meta.filename,
)) as {
  rules: Record<string, [severity: number]>
}

/** A file, a rule of ESLint as eslint:NAME, or a bypass by its name. */
function exists(name: string): boolean {
  if (name.startsWith('eslint:')) return (configured[name.slice('eslint:'.length)]?.[0] ?? 0) > 0
  return bypasses.some(({ id }) => id === name) || fs.existsSync(path.join(root, name))
}

/** What is wrong between the rules and the bypasses. */
function problems(text: string, table = bypasses): string[] {
  const named = enforcers(text)
  return [
    ...[1, 2, 3, 4, 5]
      .filter((rule) => !named.get(rule)?.length)
      .map((rule) => `nothing enforces rule ${rule}`),
    ...[...named].flatMap(([rule, names]) =>
      names.filter((name) => !exists(name)).map((name) => `rule ${rule} names ${name}, which does not exist`),
    ),
    ...table
      .filter(({ id, rule }) => !named.get(rule)?.includes(id))
      .map(({ id, rule }) => `rule ${rule} does not name ${id}`),
    ...[...named].flatMap(([rule, names]) =>
      names
        .filter((name) => table.some((one) => one.id === name && one.rule !== rule))
        .map((name) => `rule ${rule} names ${name}, which is of another rule`),
    ),
    ...table
      .flatMap(({ alsoFoundBy = [] }) => alsoFoundBy)
      .filter((name) => !exists(name))
      .map((name) => `the table names ${name}, which does not exist`),
  ]
}

describe('each of the five rules', () => {
  it('names what enforces it, all of that exists, and every bypass belongs to a rule', () => {
    expect(problems(rules)).toEqual([])
    expect([...enforcers(rules).keys()]).toEqual([1, 2, 3, 4, 5])
  })

  it.each([
    ['a rule without a check', rules.replace(/^Enforced by: [\s\S]*?\n\n/m, ''), 'nothing enforces rule 1'],
    [
      'a check that is gone',
      rules.replace('Enforced by: `.ci/run`', 'Enforced by: `.ci/gone`'),
      'rule 1 names .ci/gone, which does not exist',
    ],
    [
      'a rule of ESLint that is not on',
      rules.replace('Enforced by: `.ci/run`', 'Enforced by: `eslint:gone`'),
      'rule 1 names eslint:gone',
    ],
    [
      'a bypass of no rule',
      rules.replace('`stand-in-store`', '`.ci/run`'),
      'rule 2 does not name stand-in-store',
    ],
    [
      'a bypass at another rule',
      rules.replace('Enforced by: `.ci/run`', 'Enforced by: `widened-policy`'),
      'rule 1 names widened-policy',
    ],
  ])('%s is found', (_what, text, said) => {
    expect(text).not.toBe(rules)
    expect(problems(text)).toContainEqual(expect.stringContaining(said))
  })

  it('says of each bypass once what it is, why it matters and what to do', () => {
    expect(new Set(bypasses.map(({ id }) => id)).size).toBe(bypasses.length)
    for (const { id, what, why, remedy } of bypasses) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
      for (const text of [what, why, remedy]) expect(text.length, id).toBeGreaterThan(10)
    }
  })
})

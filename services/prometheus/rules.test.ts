import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

// What promtool doesn't look at. Whether the rules do what they should is in tests/, for promtool.
const root = path.resolve(import.meta.dirname, '../..')
const runbooks = path.join(root, 'docs/runbooks')

interface Rule {
  record?: string
  alert?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}
interface RuleFile {
  groups: { name: string; rules: Rule[] }[]
}
interface TestFile {
  rule_files: string[]
  tests: { alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[] }[]
}

const filesIn = (folder: string) =>
  fs.readdirSync(path.join(import.meta.dirname, folder)).map((name) => `${folder}/${name}`)
const read = <T>(name: string) => parse(fs.readFileSync(path.join(import.meta.dirname, name), 'utf8')) as T

const ruleFiles = filesIn('rules')
const groups = ruleFiles.flatMap((name) => read<RuleFile>(name).groups)
const rules = groups.flatMap((group) => group.rules)
const alerts = rules.flatMap((rule) => (rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }]))
const names = alerts.map(({ alert }) => alert)

const testFiles = filesIn('tests').map((name) => read<TestFile>(name))
const cases = testFiles.flatMap(({ tests }) => tests).flatMap((test) => test.alert_rule_test ?? [])

const twice = (words: string[]) => words.filter((word, index) => words.indexOf(word) !== index)
const kebab = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

// The one that has to fire always.
const ALWAYS = 'Watchdog'

describe.each(alerts)('$alert', ({ alert, labels = {}, annotations = {} }) => {
  it('says how urgent it is and whom it concerns', () => {
    expect(labels['severity']).toMatch(/^(page|ticket)$/)
    expect(labels['service']).toMatch(/\S/)
  })

  it('says what is wrong, with a figure, and where to read on', () => {
    expect(annotations['summary']).toMatch(/\S/)
    expect(annotations['description']).toMatch(/\{\{/)
    expect(annotations['runbook_url']).toMatch(new RegExp(`(^|/)docs/runbooks/${kebab(alert)}\\.md$`))
  })

  it('has a runbook of its name', () => {
    const file = path.join(runbooks, `${kebab(alert)}.md`)
    expect(fs.existsSync(file), `${path.relative(root, file)} is missing`).toBe(true)
    expect(fs.readFileSync(file, 'utf8').split('\n')[0]).toBe(`# ${alert}`)
  })

  it("stands in the runbooks' table", () => {
    const line = new RegExp(
      `^\\| \\[${alert}\\]\\(${kebab(alert)}\\.md\\) +\\| ${labels['severity'] ?? ''} +\\|`,
      'm',
    )
    expect(fs.readFileSync(path.join(runbooks, 'README.md'), 'utf8')).toMatch(line)
  })

  it('is tested: it fires, and it does not', () => {
    const outcomes = cases
      .filter(({ alertname }) => alertname === alert)
      .map((test) => test.exp_alerts.length > 0)
    expect(outcomes).toContain(true)
    if (alert !== ALWAYS) expect(outcomes).toContain(false)
  })
})

it('has no two rules or groups of one name', () => {
  expect(twice(names)).toEqual([])
  expect(twice(rules.flatMap(({ record }) => record ?? []))).toEqual([])
  expect(twice(groups.map(({ name }) => name))).toEqual([])
})

it('names what is recorded level:metric:operations', () => {
  const recorded = rules.flatMap(({ record }) => record ?? [])
  expect(recorded.filter((name) => !/^[a-z_]+:[a-z0-9_]+:[a-z0-9_]+$/.test(name))).toEqual([])
})

it('tests no alert that does not exist', () => {
  expect(cases.map(({ alertname }) => alertname).filter((name) => !names.includes(name))).toEqual([])
})

it('tests every file of rules', () => {
  const tested = testFiles.flatMap((file) => file.rule_files.map((name) => path.join('tests', name)))
  expect(tested.toSorted()).toEqual(ruleFiles.toSorted())
})

it('has no runbook without an alert', () => {
  const expected = [...names.map((name) => `${kebab(name)}.md`), 'README.md']
  expect(fs.readdirSync(runbooks).toSorted()).toEqual(expected.toSorted())
})

import { escapeMarkup as text } from './escape.ts'
import { isGood, outcomeOf, type Outcome, type Validation } from './run.ts'
import { countsOf, sectionsOf, type Section } from './sections.ts'
import { stepNumbers } from './step.ts'
import type { JudgedFinding } from './waivers.ts'

/** What was validated, for people who never saw the project. */
export interface Subject {
  /** The commit, and whether something was changed since. */
  version: string
  /** When it began. */
  at: Date
  mayBeMissing: ReadonlySet<string>
}

const meanings: Record<Outcome, string> = {
  passed: 'was looked at, and is as it should be',
  failed: 'was looked at, and is not as it should be',
  'could not verify': 'could not be looked at; this never counts as passed',
  'not run': 'needs something that is not reachable here; this never counts as passed',
  waived: 'is not as it should be, and is lived with for a named reason, until a date',
}

const slug = (words: string) => words.replaceAll(' ', '-')
const badge = (outcome: Outcome, count?: number) =>
  `<span class="badge ${slug(outcome)}">${count === undefined ? '' : `${count} `}${outcome}</span>`

function rowOf(found: JudgedFinding): string {
  const { rule, subject, evidence, remedy, waivedBy } = found
  const more = waivedBy
    ? `<p class="remedy"><b>Waived</b> by ${text(waivedBy.owner)} until ${text(waivedBy.expires)}: ${text(waivedBy.reason)}</p>`
    : remedy
      ? `<p class="remedy"><b>What to do:</b> ${text(remedy)}</p>`
      : ''
  return `<tr><td>${badge(outcomeOf(found))}</td><td><code>${text(rule)}</code><br>${text(subject)}</td><td><div class="evidence">${text(evidence)}</div>${more}</td></tr>`
}

const table = (findings: readonly JudgedFinding[]) =>
  `<table><thead><tr><th>Verdict</th><th>Rule, and what it was held against</th><th>What was seen</th></tr></thead><tbody>${findings.map(rowOf).join('\n')}</tbody></table>`

const countsIn = (findings: readonly JudgedFinding[]) =>
  countsOf(findings)
    .map(([outcome, count]) => badge(outcome, count))
    .join(' ')

function sectionHtml({ title, proves, seconds, findings }: Section, index: number): string {
  const groups = [
    { outcomes: ['failed', 'could not verify', 'not run'], open: true, name: '' },
    { outcomes: ['waived'], open: false, name: 'waived' },
    { outcomes: ['passed'], open: false, name: 'passed' },
  ]
  const parts = groups.map(({ outcomes, open, name }) => {
    const own = findings.filter((found) => outcomes.includes(outcomeOf(found)))
    if (own.length === 0) return ''
    if (open) return table(own)
    return `<details><summary>${own.length} ${name}</summary>${table(own)}</details>`
  })
  return `<section id="s${index}"><h2>${text(title)}</h2><p class="proves">${text(proves)}</p><p>${countsIn(findings)} <span class="time">${seconds} s</span></p>${parts.join('\n')}</section>`
}

const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2128; --soft: #57606a; --line: #d8dee4; --row: #f6f8fa;
  --green: #116329; --green-paper: #dafbe1; --red: #a40e26; --red-paper: #ffebe9; --amber: #7d4e00; --amber-paper: #fff8c5;
  --blue: #0550ae; --blue-paper: #ddf4ff; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #30363d; --row: #151b23;
  --green: #7ee787; --green-paper: #12261e; --red: #ff9e98; --red-paper: #2d1214; --amber: #f0c94c; --amber-paper: #272115;
  --blue: #79c0ff; --blue-paper: #121d2f; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem }
h2::first-letter { text-transform: uppercase }
p { margin: .25rem 0 .75rem } .soft, .time, .proves { color: var(--soft) } .time { margin-left: .5rem; font-size: .875rem }
.verdict { border: 1px solid var(--line); border-left-width: .5rem; border-radius: .5rem; padding: 1rem 1.25rem; margin: 1.25rem 0 }
.verdict.good { border-left-color: var(--green) } .verdict.bad { border-left-color: var(--red) }
.verdict strong { display: block; font-size: 1.25rem }
.badge { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .875rem; font-weight: 600; white-space: nowrap;
  border: 1px solid currentcolor }
.passed { color: var(--green); background: var(--green-paper) } .failed { color: var(--red); background: var(--red-paper) }
.could-not-verify, .not-run { color: var(--amber); background: var(--amber-paper) } .waived { color: var(--blue); background: var(--blue-paper) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1rem; margin: .75rem 0 } dd { margin: 0 }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .9375rem; table-layout: fixed }
th { text-align: left; font-size: .8125rem; color: var(--soft); font-weight: 600 }
th:nth-child(1) { width: 10.5rem } th:nth-child(2) { width: 17rem }
th, td { padding: .5rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere }
tbody tr:nth-child(even) { background: var(--row) }
.evidence { white-space: pre-wrap } .remedy { margin: .4rem 0 0 }
code { font: .875em ui-monospace, monospace }
summary { cursor: pointer; padding: .4rem 0; color: var(--soft); font-weight: 600 }
nav ul { list-style: none; padding: 0; margin: 0 } nav li { display: flex; flex-wrap: wrap; gap: .4rem; padding: .35rem 0; border-bottom: 1px solid var(--line); align-items: center }
nav a { color: inherit; min-width: 14rem } nav a::first-letter { text-transform: uppercase }
@media (max-width: 40rem) { table, thead, tbody, tr, td { display: block } thead { display: none } td { border: 0; padding: .25rem .5rem }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0 } dl { grid-template-columns: 1fr; gap: .1rem } dd { margin-bottom: .5rem } }
@media print { body { max-width: none; font-size: 11px; padding: 0 } details::details-content { content-visibility: visible; display: block; height: auto }
  tr, .verdict { break-inside: avoid } h2 { break-after: avoid } }
`

/** A validation as one page that needs nothing else: no script, no font, no picture. */
export function htmlReport(validation: Validation, { version, at, mayBeMissing }: Subject): string {
  const sections = sectionsOf(validation)
  const all = sections.flatMap(({ findings }) => findings)
  const good = isGood(validation, mayBeMissing)
  const missing = all.filter((found) => outcomeOf(found) === 'not run').length
  const verdict = good
    ? missing > 0
      ? `Nothing failed; ${missing} could not run here`
      : 'Everything that was checked is as it should be'
    : 'Not everything is as it should be'
  const ran = validation.results.map(({ step }) => step.number)
  const left = stepNumbers.filter((number) => !ran.includes(number))
  const partial =
    left.length === 0 ? '' : `<p class="soft">Not looked at this time: step ${left.join(', ')}.</p>`
  const day = at.toISOString().replace('T', ' ').slice(0, 16)
  const meaning = countsOf(all)
    .map(([outcome]) => `<dt>${badge(outcome)}</dt><dd>${meanings[outcome]}</dd>`)
    .join('')
  const index = sections
    .map(
      ({ title, findings }, number) =>
        `<li><a href="#s${number}">${text(title)}</a> ${countsIn(findings)}</li>`,
    )
    .join('')
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Validation of DwayBank: ${good ? 'good' : 'not good'}</title><style>${style}</style></head>
<body>
<header><h1>Validation of DwayBank</h1>
<p class="soft">DwayBank is a small bank on Kubernetes, with the platform to develop it. This page says what was checked in version ${text(version)} on ${day} UTC, what was seen, and what to do about it.</p>
<div class="verdict ${good ? 'good' : 'bad'}"><strong>${verdict}</strong>${all.length} findings: ${countsIn(all)}</div></header>
<nav aria-label="Steps"><ul>${index}</ul></nav>${partial}
<h2>What the verdicts mean</h2><dl>${meaning}</dl>
<main>${sections.map(sectionHtml).join('\n')}</main>
</body></html>
`
}

import fs from 'node:fs'
import { ensureBrowserImage, runInBrowserContainer } from '../browser.ts'
import { confirm } from '../confirm.ts'
import { UserError } from '../errors.ts'
import { cleaningUp } from '../on-exit.ts'
import { requireCluster } from '../running.ts'
import { step } from '../steps.ts'
import { withBuiltPage } from './built-page.ts'
import { accountId, closeSessions, ensureAccounts, openSessions } from './clients.ts'
import { ensureLongAccounts, HISTORIAN, LONG } from './long-accounts.ts'
import { printFindings, rounded } from './measure.ts'
import { pageFigures, pageToMeasure, type PageFigures } from './page-figures.ts'
import { findingsOf } from './page-findings.ts'
import { withoutTilt } from './without-tilt.ts'

/** Measures the page in a browser beside the running bank: how soon it shows, moves, answers and scrolls. */
export async function measurePage(options: { yes: boolean; json: boolean }): Promise<void> {
  await requireCluster()
  await confirm(
    'leaves in the books, which only ./dway seed --reset empties',
    [`a customer with ${rounded(LONG.entries)} entries, once`, 'one more operator'],
    options.yes,
  )
  const interruption = new AbortController()
  const { signal } = interruption
  const image = await step('the browser image', () => ensureBrowserImage(signal))
  await step('make accounts', async () => {
    await ensureAccounts([HISTORIAN])
    await ensureLongAccounts([LONG])
  })
  const clients = await step('write a session', () => openSessions([HISTORIAN]))
  const [sessionId = ''] = clients.map((client) => client.sessionId)
  const measure = () =>
    step('load, use and scroll the page', () =>
      runInBrowserContainer('bench-page', image, ['node', 'test/browser/measure-page.ts'], signal),
    )
  const stop = () => {
    interruption.abort()
    return Promise.resolve()
  }
  const findings = await cleaningUp(
    async () => {
      const asked = { sessionId, accountId: accountId(LONG.position) }
      fs.writeFileSync(pageToMeasure, JSON.stringify(asked), { mode: 0o600 })
      const code = await withoutTilt(() => withBuiltPage(() => cleaningUp(measure, stop)))
      if (code !== 0) throw new UserError('the page was not measured: see .dway/logs/test-bench-page.log')
      return findingsOf(JSON.parse(fs.readFileSync(pageFigures, 'utf8')) as PageFigures)
    },
    async () => {
      for (const file of [pageToMeasure, pageFigures]) fs.rmSync(file, { force: true })
      await closeSessions(clients)
    },
  )
  printFindings(findings, [], options.json)
}

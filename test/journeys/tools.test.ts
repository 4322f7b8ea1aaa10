import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dashboards } from '../../services/dashboards/all.ts'
import { charts } from '../../services/dashboards/description.ts'
import {
  keepScreenshot,
  openPage,
  type Problems,
  setup,
  startChromium,
  toolAddress,
} from '../support/chromium.ts'

let browser: Browser
let page: Page
let problems: Problems

beforeAll(async () => {
  browser = await startChromium()
})
beforeEach(async () => {
  ;({ page, problems } = await openPage(browser, { viewport: { width: 1280, height: 800 } }))
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed-${task.name}`)
  const refused = (await problems()).filter((problem) => /content security policy/i.test(problem))
  await page.context().close()
  expect(refused).toEqual([])
})
afterAll(() => browser.close())

describe('pgAdmin', () => {
  it('asks for a login, and shows PostgreSQL to a developer', async () => {
    const response = await page.goto(toolAddress('pgadmin'))
    expect(await response?.securityDetails()).toMatchObject({ subjectName: 'dwaybank.localhost' })
    await page.locator('input[name="email"]').fill(setup.pgadmin.email)
    await page.locator('input[name="password"]').fill(setup.pgadmin.password)
    await keepScreenshot(page, 'pgadmin-1-login')
    await page.getByRole('button', { name: 'Login' }).click()
    await page.getByText('Servers', { exact: true }).dblclick()
    await page.getByText('dwaybank', { exact: true }).first().dblclick()
    await page.getByText('Server sessions').waitFor()
    await keepScreenshot(page, 'pgadmin-2-inside')
  })
})

/** A page whose browser knows the login of the tools. */
async function login(height = 800): Promise<void> {
  await page.context().close()
  ;({ page, problems } = await openPage(browser, {
    viewport: { width: 1280, height },
    httpCredentials: setup.tools,
  }))
}

/** The addresses that the page asks besides those of a tool, from now on. */
function watchStrangers(tool: string): string[] {
  const strangers: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(toolAddress(tool)) && !/^(data|blob):/.test(request.url()))
      strangers.push(request.url())
  })
  return strangers
}

describe('the start page of the tools', () => {
  it('shows which tools answer, and leads to each', async () => {
    await login()
    await page.goto(toolAddress('tools'))
    await expect.poll(() => page.locator('li[data-state="up"]').count(), { timeout: 60_000 }).toBe(9)
    await keepScreenshot(page, 'tools-1-start')
    await page.getByRole('link', { name: 'Prometheus' }).click()
    await page.waitForURL((url) => url.href.startsWith(toolAddress('prometheus')))
  })

  it.each([
    ['prometheus', '/classic/alerts', 'FrontDoorDown'],
    ['mailbox', '/', 'MailDev'],
    ['logs', '/select/vmui/', 'Query'],
    ['traces', '/zipkin/', 'Zipkin'],
  ])('%s shows its page, which asks nobody else', async (tool, path, text) => {
    await login()
    const strangers = watchStrangers(tool)
    await page.goto(toolAddress(tool) + path)
    await page.getByText(text).first().waitFor({ state: 'attached' })
    await page.waitForTimeout(1500)
    await keepScreenshot(page, `tools-2-${tool}`)
    expect(strangers).toEqual([])
  })
})

describe('the dashboards', () => {
  it.each(dashboards)(
    '$title shows its panels, without an error, and asks nobody else',
    async (dashboard) => {
      // Panels are drawn when they come into sight.
      await login(2400)
      const strangers = watchStrangers('dashboards')
      const refused: string[] = []
      page.on('response', (answer) => {
        if (answer.status() >= 400) refused.push(`${answer.status()} ${answer.url()}`)
      })
      await page.goto(`${toolAddress('dashboards')}/projects/dwaybank/dashboards/${dashboard.name}`)
      for (const { title } of charts(dashboard)) await page.getByText(title, { exact: true }).waitFor()
      // What stands for a panel until it has its numbers.
      await expect.poll(() => page.locator('.MuiSkeleton-root').count(), { timeout: 60_000 }).toBe(0)
      await page.waitForTimeout(1500)
      await keepScreenshot(page, `tools-3-dashboard-${dashboard.name}`)
      expect(await page.getByRole('alert').allTextContents()).toEqual([])
      expect(refused).toEqual([])
      expect(strangers).toEqual([])
    },
  )

  it('lead to the traces of slow requests, and a trace leads to its lines', async () => {
    await login()
    await page.goto(`${toolAddress('dashboards')}/projects/dwaybank/dashboards/api`)
    await page.getByRole('link', { name: 'slow requests' }).click()
    await page.waitForURL((url) => url.href.startsWith(`${toolAddress('traces')}/zipkin/?`))
    const asked = new URL(page.url()).searchParams
    expect(asked.get('minDuration')).toBe('500ms')
    expect(Number(asked.get('endTs')) - Number(asked.get('startTs'))).toBe(3_600_000)

    const [trace] = await page.evaluate<{ traceId: string }[][]>(
      `fetch('/api/v2/traces?limit=1&lookback=86400000').then((answer) => answer.json())`,
    )
    const id = trace?.[0]?.traceId ?? ''
    await page.goto(`${toolAddress('traces')}/zipkin/traces/${id}`)
    await keepScreenshot(page, 'tools-4-trace')
    // Its menu has no name; it is beside the button that shows a table.
    await page.getByRole('button', { name: 'Span table' }).locator('xpath=following::button[1]').click()
    const opened = page.context().waitForEvent('page')
    await page.getByText('View Logs').click()
    const lines = await opened
    await lines.waitForURL((url) => url.href.startsWith(`${toolAddress('logs')}/select/vmui/`))
    expect(decodeURIComponent(lines.url())).toContain(`trace_id:="${id}"`)
    await lines.getByText('request completed').first().waitFor()
    await keepScreenshot(lines, 'tools-5-lines-of-a-trace')
  })
})

describe('redis-commander', () => {
  it('asks for a login, and shows Redis to a developer', async () => {
    const response = await page.goto(toolAddress('redis'))
    expect(await response?.securityDetails()).toMatchObject({ subjectName: 'dwaybank.localhost' })
    // The dialog takes the focus when it has faded in: what is typed before lands in the wrong field.
    await page.locator('#signinUsername:focus').fill(setup.redisCommander.username)
    await page.locator('#signinPassword').fill(setup.redisCommander.password)
    await keepScreenshot(page, 'redis-commander-1-login')
    await page.locator('#signinButton').click()
    await page.getByRole('treeitem', { name: 'dwaybank (redis:6379:0)' }).waitFor()
    await keepScreenshot(page, 'redis-commander-2-inside')
  })
})

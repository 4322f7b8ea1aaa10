import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keepScreenshot, openPage, setup, startChromium, toolAddress } from '../support/chromium.ts'

let browser: Browser
let page: Page

beforeAll(async () => {
  browser = await startChromium()
})
beforeEach(async () => {
  ;({ page } = await openPage(browser, { viewport: { width: 1280, height: 800 } }))
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed-${task.name}`)
  await page.context().close()
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

describe('the start page of the tools', () => {
  const login = async () => {
    await page.context().close()
    ;({ page } = await openPage(browser, {
      viewport: { width: 1280, height: 800 },
      httpCredentials: setup.tools,
    }))
  }

  it('shows which tools answer, and leads to each', async () => {
    await login()
    await page.goto(toolAddress('tools'))
    await expect.poll(() => page.locator('li[data-state="up"]').count(), { timeout: 60_000 }).toBe(8)
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
    const strangers: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(toolAddress(tool)) && !request.url().startsWith('data:'))
        strangers.push(request.url())
    })
    await page.goto(toolAddress(tool) + path)
    await page.getByText(text).first().waitFor({ state: 'attached' })
    await page.waitForTimeout(1500)
    await keepScreenshot(page, `tools-2-${tool}`)
    expect(strangers).toEqual([])
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

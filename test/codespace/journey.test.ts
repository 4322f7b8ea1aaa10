import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { forwardedPorts } from '../../scripts/lib/codespace.ts'
import { keepScreenshot, openPage, type Problems, setup, startChromium } from '../support/chromium.ts'
import { startForwarder } from '../support/forwarder.ts'

const domain = new URL(setup.bank).hostname.replace(/^[^.]+\./, '')
const address = (port: number) => setup.bank.replace(`-${forwardedPorts.bank}.`, `-${port}.`)

let forwarder: Awaited<ReturnType<typeof startForwarder>>
let browser: Browser
let page: Page
let problems: Problems

beforeAll(async () => {
  forwarder = await startForwarder(domain)
  browser = await startChromium(forwarder.entry, forwarder.authority)
})
beforeEach(async () => {
  ;({ page, problems } = await openPage(browser, { viewport: { width: 1280, height: 800 } }))
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed-${task.name}`)
  await page.context().close()
})
afterAll(async () => {
  await browser.close()
  forwarder.close()
})

it('the bank is used by its forwarded name, and its page stays live', async () => {
  const live = page.waitForEvent('websocket')
  await page.goto(setup.bank)
  expect((await live).url()).toContain(setup.bank.replace('https:', 'wss:'))
  await page.getByRole('link', { name: 'Open an account with us' }).click()
  await page.getByLabel('Name').fill('Cody Space')
  await page.getByLabel('E-mail').fill(`cody.${randomUUID()}@example.org`)
  await page.getByLabel('Password').fill('a bridge over the liffey')
  await page.getByRole('button', { name: 'Create account', exact: true }).click()
  await page.getByRole('heading', { name: 'Accounts', level: 1, exact: true }).waitFor()
  await page.getByText('€1,000.00').first().waitFor()
  expect(await page.context().cookies()).toMatchObject([{ name: '__Host-session', secure: true }])
  await page.getByRole('button', { name: 'Log out', exact: true }).click()
  await page.getByText('You are logged out.').waitFor()
  await keepScreenshot(page, 'codespace-bank')
  expect((await problems()).filter((problem) => !/status of 401 .*\/api\/me\)$/.test(problem))).toEqual([])
})

it('pgAdmin asks for its login there', async () => {
  await page.goto(address(forwardedPorts.pgadmin))
  await page.locator('input[name="email"]').fill(setup.pgadmin.email)
  await page.locator('input[name="password"]').fill(setup.pgadmin.password)
  await page.getByRole('button', { name: 'Login' }).click()
  await page.getByText('Servers', { exact: true }).waitFor({ timeout: 50_000 })
  await keepScreenshot(page, 'codespace-pgadmin')
})

it('redis-commander asks for its login there', async () => {
  await page.goto(address(forwardedPorts.redisCommander))
  await page.locator('#signinUsername:focus').fill(setup.redisCommander.username)
  await page.locator('#signinPassword').fill(setup.redisCommander.password)
  await page.locator('#signinButton').click()
  await page.getByRole('treeitem', { name: 'dwaybank (redis:6379:0)' }).waitFor()
  await keepScreenshot(page, 'codespace-redis-commander')
})

it("Tilt's page shows the parts of the bank", async () => {
  await page.goto(address(forwardedPorts.tilt))
  await page.getByText('redis-commander').first().waitFor()
  await keepScreenshot(page, 'codespace-tilt')
})

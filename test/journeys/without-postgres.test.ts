import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { keepScreenshot, openPage, type Problems, setup, startChromium } from '../support/chromium.ts'
import { logIn } from '../support/log-in.ts'
import { lookAt } from '../support/look.ts'
import { newCustomer } from '../support/visitor.ts'
import { withoutPostgres } from '../support/without-postgres.ts'

let browser: Browser
let page: Page
let problems: Problems
const loads: string[] = []

beforeAll(async () => {
  const { credentials } = await newCustomer()
  browser = await startChromium()
  ;({ page, problems } = await openPage(browser))
  page.on('load', () => loads.push(page.url()))
  await page.goto(setup.bank)
  await logIn(page, credentials)
  await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor()
}, 60_000)

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed-${task.name}`)
  const expected = /status of (401|50[234])|answered 50[234] outside/
  expect(
    (await problems()).filter((problem) => !expected.test(problem)),
    'what went wrong in the page',
  ).toEqual([])
})

afterAll(() => browser.close())

it('says that the bank does not answer while PostgreSQL is away, and goes on by itself when it is back', async () => {
  // So that a test which is tried again begins where it began.
  await page.goto(setup.bank)
  await page.getByRole('link', { name: 'Current account' }).waitFor()
  loads.length = 0
  const opening = page.getByRole('listitem').filter({ hasText: '€1,000.00' })
  await withoutPostgres(async () => {
    await page.getByRole('link', { name: 'Current account' }).click()
    await page.getByRole('heading', { name: 'Current account', level: 1 }).waitFor()
    // The api gives up a statement after seconds; the first answer that fails is the news.
    await page.getByText('The bank does not answer yet.').first().waitFor({ timeout: 20_000 })
    expect(await opening.count()).toBe(0)
    await lookAt(page, 'without-postgres')
  })
  await opening.first().waitFor({ timeout: 45_000 })
  expect(await page.getByText('The bank does not answer yet.').count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Try again' }).count(), 'nobody had to ask again').toBe(0)
  expect(loads, 'the page was not loaded again').toEqual([])
})

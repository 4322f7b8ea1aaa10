import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { keepScreenshot, openPage, type Problems, setup, startChromium } from '../support/chromium.ts'
import { logIn } from '../support/log-in.ts'
import { lookAt } from '../support/look.ts'
import { loseAnswers } from '../support/lost-answers.ts'
import { newCustomer } from '../support/visitor.ts'

const DAY_MS = 24 * 3_600_000
/** What the browser says of the answers that these tests take away, and of a visitor who has not logged in yet. */
const PLANTED = /status of (401|429)|answered 429 outside|ERR_CONNECTION_CLOSED/

let browser: Browser
let page: Page
let problems: Problems
let somebody: Awaited<ReturnType<typeof newCustomer>>
let savings: string

beforeAll(async () => {
  browser = await startChromium()
})

beforeEach(async () => {
  somebody = await newCustomer()
  savings = (await somebody.visitor.openAccount('Savings')).number
  ;({ page, problems } = await openPage(browser))
  await page.goto(`${setup.bank}/transfer`)
  await logIn(page, somebody.credentials)
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed-${task.name}`)
  await page.context().close()
})

afterAll(() => browser.close())

const heading = (name: string) => page.getByRole('heading', { name, level: 1, exact: true })
const button = (name: string) => page.getByRole('button', { name, exact: true })

async function expectNothingElseWrong(): Promise<void> {
  expect((await problems()).filter((problem) => !PLANTED.test(problem))).toEqual([])
}

async function typeTransfer(amount: string): Promise<void> {
  await heading('Send money').waitFor()
  await page.getByLabel('From account').selectOption(somebody.account.id)
  await page.getByLabel('To account number').fill(savings)
  await page.getByLabel('Amount').fill(amount)
  await button('Continue').click()
  await heading('Is this right?').waitFor()
}

it('a transfer of all the money is not refused for want of it when it is asked for again', async () => {
  await typeTransfer('1000.00')
  await button('Send money').click()
  await heading('Money sent').waitFor()
  expect(await page.getByText('Nothing has moved a second time.').count(), 'it is news').toBe(0)
  const receipt = page.url()
  await page.goBack()
  await page.getByText('€0.00 available').waitFor()
  await page.reload()
  await page.getByText('€0.00 available').waitFor()
  await button('Continue').click()
  await page.getByText('Nothing has moved a second time.').first().waitFor()
  expect(page.url()).toBe(receipt)
  // Another one is refused as ever.
  await page.goBack()
  await heading('Send money').waitFor()
  await page.getByLabel('Reference').fill('Another one')
  await button('Continue').click()
  await page.getByText('There is only €0.00 on this account.').waitFor()
  await expectNothingElseWrong()
})

it('a transfer without an answer becomes no second one after a day, unless somebody says so', async () => {
  await typeTransfer('10.00')
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.headers()['idempotency-key'] ?? request.url())
  })
  const losing = await loseAnswers(page, '*/api/transfers')
  await button('Send money').click()
  await page.getByText('The bank did not answer').waitFor()
  await losing.detach()

  const problem = { code: 'too_many_requests', detail: 'Too many requests' }
  await page.route('**/api/transfers', (route) => route.fulfill({ status: 429, json: problem }))
  try {
    await button('Send money').click()
    await page.getByRole('alert').getByText('Too many tries').waitFor()
    await page.getByText('The bank did not answer').waitFor()
  } finally {
    await page.unroute('**/api/transfers')
  }
  expect([sent.length, new Set(sent).size], 'asked twice, by one key').toEqual([2, 1])

  await page.clock.setFixedTime(Date.now() + DAY_MS)
  await button('Send money').click()
  await page.getByText('What you send now is a second transfer').waitFor()
  expect(await page.getByLabel('Amount').inputValue()).toBe('10.00')
  expect(sent.length, 'nothing was asked of the bank').toBe(2)
  await lookAt(page, 'transfer-lost')
  await expectNothingElseWrong()
})

import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { LEDGER_CHECKS } from '../../services/api/src/ledger/audit-judge.ts'
import { keepScreenshot, openPage, type Problems, setup, startChromium } from '../support/chromium.ts'
import { logIn } from '../support/log-in.ts'
import { lookAt } from '../support/look.ts'
import { bodyOf, newCustomer, type Newcomer, type Transfer } from '../support/visitor.ts'

let browser: Browser
let page: Page
let problems: Problems
let payer: Newcomer
let payee: Newcomer

beforeAll(async () => {
  payer = await newCustomer()
  payee = await newCustomer()
  browser = await startChromium()
  ;({ page, problems } = await openPage(browser))
}, 60_000)

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed-${task.name}`)
  const wrong = (await problems()).filter((problem) => !/status of 401/.test(problem))
  expect(wrong, 'what went wrong in the page').toEqual([])
})

afterAll(() => browser.close())

const heading = (name: string) => page.getByRole('heading', { name, level: 1, exact: true })
const button = (name: string) => page.getByRole('button', { name, exact: true })
const menu = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true })

/** From a known place, so that a test which is tried again begins where it began. */
async function logInAt(path: string, credentials = setup.own?.operator): Promise<void> {
  if (!credentials) throw new Error('the bank has no operator')
  await page.context().clearCookies()
  await page.goto(`${setup.bank}${path}`)
  await page.evaluate('localStorage.clear(); sessionStorage.clear()')
  await page.reload()
  await logIn(page, credentials)
}

const balance = async () => (await payer.visitor.accounts())[0]?.balance ?? NaN

/** A new transfer that nobody has reversed. */
async function payWrongly(): Promise<Transfer> {
  const body = {
    ...{ fromAccountId: payer.account.id, toAccountNumber: payee.account.number },
    ...{ amount: 1250, reference: `To the wrong one ${randomUUID()}` },
  }
  return bodyOf<{ transfer: Transfer }>(await payer.visitor.transfer(body), 201).transfer
}

it('is not there for a customer', async () => {
  await logInAt('/operator', payer.credentials)
  await heading('There is nothing here').waitFor()
  expect(await menu('Operator').count()).toBe(0)
  await button('Log out').click()
  await page.getByText('You are logged out.').waitFor()
})

it('finds a customer by name and by number, and reads what was booked', async () => {
  await payWrongly()
  await logInAt('/')
  await menu('Operator').click()
  await heading('Customers').waitFor()
  await lookAt(page, 'operator')
  await page.getByRole('searchbox').fill('nobody of this name')
  await page.keyboard.press('Enter')
  await page.getByText('No customer fits.').first().waitFor()
  await page.getByRole('searchbox').fill(payer.account.number)
  await page.keyboard.press('Enter')
  await page.getByText('1 customer shown.').waitFor()
  await page.locator('[type="search"]:focus').waitFor()
  await page.goBack()
  await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('nobody of this name')
  await page.goForward()
  await page.getByText('1 customer shown.').waitFor()
  await lookAt(page, 'operator-found')
  await page.getByRole('link', { name: payer.credentials.name }).click()
  await heading(payer.credentials.name).waitFor()
  await page.getByRole('link', { name: 'Show the movements of Current account' }).click()
  await page.getByText('To the wrong one').first().waitFor()
  await lookAt(page, 'operator-customer')
})

it('finds a transfer by its reference, and reverses it once it is asked why', async () => {
  const { reference } = await payWrongly()
  const before = await balance()
  await logInAt('/operator/transfers')
  await heading('Transfers').waitFor()
  await page.getByRole('searchbox').fill(reference.slice(3))
  await page.keyboard.press('Enter')
  await page.getByText('1 transfer shown.').waitFor()
  const again = page.waitForRequest((request) => request.url().includes('/api/operator/transfers?'))
  await page.keyboard.press('Enter')
  await again
  await lookAt(page, 'operator-transfers')
  await page.getByRole('link', { name: /^To the wrong one/ }).click()
  await heading('Transfer').waitFor()
  await button('Continue').click()
  await page.getByText('Say why.').waitFor()
  await page.getByLabel('Reason').fill('Paid by mistake')
  await page.keyboard.press('Enter')
  await page.getByText('Is this right?').waitFor()
  await lookAt(page, 'operator-reversal')
  await button('Reverse now').click()
  await page.getByText('This transfer was reversed.').waitFor()
  expect(await balance()).toBe(before + 1250)
  await page.getByRole('link', { name: 'Show the other one' }).click()
  await page.getByText('This is the reversal of another transfer.').waitFor()
  await page.getByText('Paid by mistake').waitFor()
  await lookAt(page, 'operator-reversed')
})

const CHECKED = /^(Passed|Failed|Could not verify)$/

it('has the ledger checked', async () => {
  await logInAt('/operator/ledger')
  await button('Check now').click()
  await expect.poll(() => page.getByText(CHECKED).count(), { timeout: 15_000 }).toBe(4)
  expect(await page.getByText(CHECKED).allTextContents()).toEqual(Array(4).fill('Passed'))
  await lookAt(page, 'operator-ledger')
  await page.getByLabel('Language').selectOption('de')
  await heading('Prüfung der Bücher').waitFor()
})

it('says which check failed', async () => {
  await logInAt('/operator/ledger')
  const examples = [{ account: payer.account.number, sequence: 1 }]
  const checks = LEDGER_CHECKS.map((name) =>
    name === 'chain'
      ? { name, verdict: 'failed', findings: 1, examples }
      : { name, verdict: 'passed', findings: 0, examples: [] },
  )
  const check = { checkedAt: new Date().toISOString(), accounts: 2, entries: 2, transfers: 1, checks }
  const answer = { json: { check }, headers: { 'x-request-id': randomUUID() } }
  await page.route('**/api/operator/ledger-check', (route) => route.fulfill(answer))
  await button('Check now').click()
  await expect.poll(() => page.getByText(CHECKED).count(), { timeout: 15_000 }).toBe(4)
  expect(await page.getByText(CHECKED).allTextContents()).toEqual(['Passed', 'Passed', 'Passed', 'Failed'])
  await page.getByText(/1 finding, of which the first: account .*, entry 1/).waitFor()
  await page.unroute('**/api/operator/ledger-check')
})

import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { readDocument } from '../../scripts/lib/openapi/document.ts'
import { keepScreenshot, openPage, type Problems, setup, startChromium } from '../support/chromium.ts'
import { logIn } from '../support/log-in.ts'
import { newCredentials, newCustomer } from '../support/visitor.ts'

let browser: Browser
let page: Page
let problems: Problems
let somebody = newCredentials()
/** Where the money that was sent is told of, and the account that it went to. */
let receipt = ''
let savings = ''

beforeAll(async () => {
  browser = await startChromium()
  ;({ page, problems } = await openPage(browser))
})

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed-${task.name}`)
  // Who is not logged in asks who they are and is told 401, and so is who was still reading when they logged out: the
  // browser reports every such answer as an error.
  const told = /status of 401 .*\/api\/(me|accounts\b[^)]*)\)$/
  expect(
    (await problems()).filter((problem) => !told.test(problem)),
    'what went wrong in the page',
  ).toEqual([])
})

afterAll(() => browser.close())

const heading = (name: string) => page.getByRole('heading', { name, level: 1, exact: true })
const button = (name: string) => page.getByRole('button', { name, exact: true })
const account = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name }) })

/** From where nobody is logged in, so that a test which is tried again begins where it began. */
async function beginAt(address: string): Promise<void> {
  await page.context().clearCookies()
  await page.goto(address)
  await heading('Log in').waitFor()
}

it('the bank is reached by its name, with a verified certificate', async () => {
  const response = await page.goto(setup.bank)
  expect(response?.status()).toBe(200)
  expect(await response?.securityDetails()).toMatchObject({
    subjectName: 'dwaybank.localhost',
    protocol: 'TLS 1.3',
  })
  await heading('Log in').waitFor()
  await keepScreenshot(page, 'bank-1-log-in')
})

it('a visitor registers and is given an account with money on it', async () => {
  somebody = newCredentials('Ada Lovelace')
  await beginAt(setup.bank)
  await page.getByRole('link', { name: 'Open an account with us' }).click()
  await heading('Create your account').waitFor()
  await page.getByLabel('Name').fill(somebody.name)
  await page.getByLabel('E-mail').fill(somebody.email)
  await page.getByLabel('Password').fill(somebody.password)
  await keepScreenshot(page, 'bank-2-register')
  await button('Create account').click()
  await heading('Accounts').waitFor()
  await account('Current account').getByText('€1,000.00').waitFor()
  await keepScreenshot(page, 'bank-3-accounts')
})

it('logs out and in again', async () => {
  await beginAt(setup.bank)
  await logIn(page, somebody)
  await heading('Accounts').waitFor()
  await button('Log out').click()
  await page.getByText('You are logged out.').waitFor()
  await logIn(page, somebody)
  await heading('Accounts').waitFor()
  expect(await page.context().cookies()).toMatchObject([
    { name: '__Host-session', httpOnly: true, secure: true, sameSite: 'Strict' },
  ])
})

it('opens a second account and sends money there', async () => {
  somebody = (await newCustomer()).credentials
  await beginAt(setup.bank)
  await logIn(page, somebody)
  await heading('Accounts').waitFor()
  await page.getByRole('link', { name: 'Open an account' }).click()
  await page.getByLabel('Account name').fill('Savings')
  await button('Open account').click()
  await heading('Savings').waitFor()
  const number = await page.getByLabel('Balance', { exact: true }).locator('p').first().innerText()

  await page.getByRole('navigation').getByRole('link', { name: 'Transfer' }).click()
  await heading('Send money').waitFor()
  await page.getByLabel('From account').selectOption({ index: 0 })
  await page.getByLabel('To account number').fill(number)
  await page.getByLabel('Amount').fill('12.50')
  await page.getByLabel('Reference').fill('Rainy days')
  await keepScreenshot(page, 'bank-4-transfer')
  await button('Continue').click()
  await heading('Is this right?').waitFor()
  await page.getByText(`${somebody.name} (you)`).waitFor()
  await button('Send money').click()
  await heading('Money sent').waitFor()
  await page.getByText('€12.50', { exact: true }).waitFor()
  await keepScreenshot(page, 'bank-5-receipt')
  receipt = page.url()
})

it('sees the transfer in the history of both accounts', async () => {
  await page.goto(receipt)
  await page.getByRole('link', { name: 'See the history' }).click()
  await heading('Current account').waitFor()
  const sent = page.getByRole('listitem').filter({ hasText: 'Rainy days' })
  await sent.getByText('-€12.50').waitFor()
  await sent.getByText('Balance €987.50').waitFor()
  await keepScreenshot(page, 'bank-6-history')

  await page.getByRole('link', { name: 'All accounts' }).click()
  await account('Savings').getByText('€12.50').waitFor()
  await page.getByRole('link', { name: 'Savings' }).click()
  await heading('Savings').waitFor()
  await page.getByRole('listitem').filter({ hasText: 'Rainy days' }).getByText('+€12.50').waitFor()
  savings = page.url()
})

it('reads in the browser what the API does, and nothing comes from elsewhere', async () => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const { paths } = readDocument() as { paths: Record<string, object> }
  const operations = Object.values(paths).flatMap((methods) => Object.keys(methods))

  await page.goto(`${setup.bank}/api/docs`)
  await page.getByRole('heading', { name: 'DwayBank API' }).waitFor()
  await expect.poll(() => page.locator('.opblock').count(), { timeout: 20_000 }).toBe(operations.length)
  const transfer = page.locator('#operations-transfers-transferMoney')
  await transfer.getByText('Move money from an own account').waitFor()
  await keepScreenshot(page, 'bank-7-api')
  await transfer.locator('.opblock-summary-control').click()
  await transfer.locator('.opblock-body').waitFor()
  await keepScreenshot(page, 'bank-8-api-transfer')
  const origins = asked.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).origin)
  expect(new Set(origins)).toEqual(new Set([new URL(setup.bank).origin]))

  await page.goto(savings)
  await heading('Savings').waitFor()
})

it('reads the transfer in a statement to print', async () => {
  const id = new URL(savings).pathname.split('/').at(-1) ?? ''
  const day = (time: number) => new Date(time).toISOString().slice(0, 10)
  // Midnight may have passed since.
  const period = `from=${day(Date.now() - 24 * 3600 * 1000)}&to=${day(Date.now())}`
  await page.goto(`${setup.bank}/api/accounts/${id}/statement?${period}&format=html`)
  await heading('Account statement').waitFor()
  const line = page.getByRole('row').filter({ hasText: 'Rainy days' })
  const [amount, balance] = [line.locator('.amount').first(), line.locator('.amount').last()]
  expect([await amount.innerText(), await balance.innerText()]).toEqual(['12.50', '12.50'])
  await keepScreenshot(page, 'bank-9-statement')

  await page.goto(savings)
  await heading('Savings').waitFor()
})

it('logs out, and the way back is closed', async () => {
  await beginAt(savings)
  await logIn(page, somebody)
  await heading('Savings').waitFor()
  await button('Log out').click()
  await page.getByText('You are logged out.').waitFor()
  expect(await page.context().cookies()).toEqual([])
  await keepScreenshot(page, 'bank-10-logged-out')
  await page.goto(savings)
  await heading('Log in').waitFor()
})

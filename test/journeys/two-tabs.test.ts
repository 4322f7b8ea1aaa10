import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { keepScreenshot, openPage, type Problems, setup, startChromium } from '../support/chromium.ts'
import { logIn } from '../support/log-in.ts'
import { newCustomer, type Newcomer, sessionCookie } from '../support/visitor.ts'

let browser: Browser
let first: Page
let second: Page
let problems: Problems
let ada: Newcomer
let bob: Newcomer

beforeAll(async () => {
  ada = await newCustomer()
  bob = await newCustomer()
  browser = await startChromium()
  ;({ page: first, problems } = await openPage(browser))
  second = await first.context().newPage()
}, 60_000)

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(first, `failed-${task.name}`)
  const wrong = (await problems()).filter((problem) => !/status of 401/.test(problem))
  expect(wrong, 'what went wrong in the page').toEqual([])
})

afterAll(() => browser.close())

const profile = () => first.getByRole('heading', { name: 'Profile', level: 1 })

/** From where nobody is logged in, so that a test which is tried again begins where it began. */
async function begin(): Promise<void> {
  await first.context().clearCookies()
  await first.goto(`${setup.bank}/profile`)
  await logIn(first, ada.credentials)
  await profile().waitFor()
}

it('two tabs of one browser have one session: what one does, the other one shows', async () => {
  await begin()
  await second.goto(setup.bank)
  await second.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor()
  await second.getByRole('button', { name: 'Log out' }).click()
  await second.getByText('You are logged out.').waitFor()
  await first.bringToFront()
  await first.getByText('Your session has ended.').waitFor()
  await logIn(first, ada.credentials)
  await profile().waitFor()
})

it("what was typed and read as one customer is not the next one's", async () => {
  await begin()
  await first.getByLabel('Name').fill('Ada, not saved')
  // As if another tab had logged in, but said nothing: the browser's session is another customer's.
  const cookie = { name: sessionCookie, value: bob.visitor.session ?? '', url: setup.bank }
  await first.context().addCookies([{ ...cookie, secure: true, httpOnly: true, sameSite: 'Strict' }])
  await first.evaluate("dispatchEvent(new Event('focus'))")
  await first.getByText('Another customer has logged in in this browser').first().waitFor()
  expect(await first.getByLabel('E-mail').inputValue()).toBe(bob.credentials.email)
  expect(await first.getByLabel('Name').inputValue()).toBe(bob.credentials.name)
})

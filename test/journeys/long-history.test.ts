import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { keepScreenshot, openPage, type Problems, setup, startChromium } from '../support/chromium.ts'
import { logIn } from '../support/log-in.ts'
import { bodyOf, newCustomer } from '../support/visitor.ts'

/** Of a page of 100, and of some more. */
const PAYMENTS = 130
const SLOWLY = { timeout: 10_000 }

let browser: Browser
let page: Page
let problems: Problems
let pay: (number: number) => Promise<void>
let address: string

beforeAll(async () => {
  const { visitor, credentials, account } = await newCustomer()
  const { number: toAccountNumber } = await visitor.openAccount('Savings')
  pay = async (number) => {
    const body = { fromAccountId: account.id, toAccountNumber, amount: 1, reference: `Number ${number}` }
    bodyOf(await visitor.transfer(body), 201)
  }
  for (let number = 1; number <= PAYMENTS; number += 1) await pay(number)
  browser = await startChromium()
  ;({ page, problems } = await openPage(browser))
  await page.setViewportSize({ width: 1280, height: 800 })
  address = `${setup.bank}/accounts/${account.id}`
  await page.goto(address)
  await logIn(page, credentials)
  await entry(PAYMENTS).waitFor()
}, 90_000)

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed-${task.name}`)
  const wrong = (await problems()).filter((problem) => !/status of 401/.test(problem))
  expect(wrong, 'what went wrong in the page').toEqual([])
})

afterAll(() => browser.close())

const entry = (number: number) => page.getByText(`Number ${number}`, { exact: true })
const shown = () => page.locator('main li').count()
const focused = () =>
  page.evaluate<number>("Number(document.activeElement.closest('[data-index]')?.dataset.index ?? -1)")

/** By then what a key did is drawn: the rows that came with the scroll, too. */
const nextFrame = () => page.evaluate('new Promise((resolve) => requestAnimationFrame(() => resolve()))')

it('the keyboard goes through the history, and what has the focus stays wherever one scrolls', async () => {
  // Where it began, if it is tried again.
  await page.evaluate('scrollTo(0, 0)')
  await page.locator('main li[data-index="0"]').getByRole('link').focus()
  for (let steps = 0; steps < 20; steps += 1) {
    await page.keyboard.press('Tab')
    // On a busy machine many presses fit between two frames, and would lead past the rows that are there.
    await nextFrame()
  }
  expect(await focused()).toBe(20)
  expect(await accessibilityProblems(page)).toEqual([])
  await page.mouse.wheel(0, 3000)
  await entry(PAYMENTS - 50).waitFor()
  await entry(PAYMENTS).waitFor({ state: 'detached' })
  expect(await focused()).toBe(20)
  await page.keyboard.press('Tab')
  expect(await focused()).toBeGreaterThan(20)
})

it('more comes as one scrolls, and only what is near the window is on the page', async () => {
  for (let steps = 0; steps < 40 && (await entry(1).count()) === 0; steps += 1) {
    await page.mouse.wheel(0, 600)
    await page.waitForTimeout(100)
    expect(await shown()).toBeLessThan(60)
  }
  await entry(1).waitFor()
  await page.getByRole('button', { name: 'Load more' }).waitFor({ state: 'detached' })
  expect(await page.locator(`main li[aria-setsize="${PAYMENTS + 1}"]`).count()).toBeGreaterThan(0)
  await keepScreenshot(page, 'long-history')
})

it('prints all that was loaded, and lets the keyboard skip it', async () => {
  await page.evaluate("dispatchEvent(new Event('beforeprint'))")
  expect(await shown()).toBe(PAYMENTS + 1)
  await page.evaluate("dispatchEvent(new Event('afterprint'))")
  expect(await shown()).toBeLessThan(60)
  await page.getByRole('button', { name: 'Skip the movements' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.tagName')).toBe('SELECT')
})

/** Where something is once it has stayed there for half a second. */
async function resting(place: () => Promise<number>): Promise<number> {
  for (let last = await place(); ;) {
    await page.waitForTimeout(500)
    const now = await place()
    if (now === last) return now
    last = now
  }
}

it('is at the same row when one comes back to it, and stays there when something new is booked', async () => {
  // So narrow that no guess at the height of a row is right.
  await page.setViewportSize({ width: 360, height: 800 })
  // A first try may have ended at the receipt.
  if (page.url() !== address) await page.goto(address)
  await page.evaluate('scrollTo(0, 0)')
  await entry(PAYMENTS).waitFor()
  for (let steps = 0; steps < 40 && (await entry(60).count()) === 0; steps += 1) {
    await page.mouse.wheel(0, 700)
    await page.waitForTimeout(100)
  }
  const row = page.locator('main li').filter({ has: entry(60) })
  await row.getByRole('link').scrollIntoViewIfNeeded()
  const place = async () => (await row.boundingBox())?.y ?? NaN
  const before = await resting(place)
  const isThere = () => expect.poll(async () => Math.abs((await place()) - before), SLOWLY).toBeLessThan(2)
  await row.getByRole('link').click()
  await page.getByRole('heading', { name: 'Money sent' }).waitFor()
  await page.goBack()
  await isThere()

  const at = Number(await row.getAttribute('aria-posinset'))
  // The second time, none of the rows that lose the day above them has ever been seen.
  for (const more of [1, 2]) {
    await pay(PAYMENTS + more)
    // One that is told while a look is under way is that look.
    const lookAgain = async () => {
      await page.evaluate("dispatchEvent(new Event('focus'))")
      return row.getAttribute('aria-posinset')
    }
    await expect.poll(lookAgain, { ...SLOWLY, interval: 500 }).toBe(String(at + more))
    await isThere()
  }
  await page.evaluate('scrollTo(0, 0)')
  await entry(PAYMENTS + 2)
    .first()
    .waitFor()
})

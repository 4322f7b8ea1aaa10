import fs from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import {
  type Conditions,
  conditions,
  type DeviceFigures,
  type Interaction,
  type PageFigures,
  pageFigures,
  pageToMeasure,
  type PageToMeasure,
  type Shift,
} from '../../scripts/lib/bench/page-figures.ts'
import { SESSION_COOKIE } from '../../services/api/src/sessions/cookie.ts'
import { setup, startChromium } from '../support/chromium.ts'

const LOADS = 5
const FRAMES = 400
const PIXELS_A_FRAME = 40
/** What comes late still counts: the first answer is not the largest paint. */
const SETTLE_MS = 500

/** Runs in the page before anything else of it. */
const OBSERVE = `(() => {
  const seen = (globalThis.seen = { paint: 0, shifts: [], took: {} })
  const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({
      type, buffered: true, durationThreshold: 16 })
  observe('largest-contentful-paint', ({ startTime }) => (seen.paint = startTime))
  observe('layout-shift', ({ value, startTime, hadRecentInput }) => {
    if (!hadRecentInput) seen.shifts.push({ value, at: startTime })
  })
  observe('event', ({ interactionId, duration }) => {
    if (interactionId) seen.took[interactionId] = Math.max(seen.took[interactionId] ?? 0, duration)
  })
})()`

const framesOf = (pixels: number) => `new Promise((resolve) => {
  const frames = []
  let before
  const frame = (now) => {
    if (before !== undefined) frames.push(now - before)
    before = now
    scrollBy(0, ${pixels})
    if (frames.length < ${FRAMES}) requestAnimationFrame(frame)
    else resolve(frames)
  }
  requestAnimationFrame(frame)
})`

const { sessionId, accountId } = JSON.parse(fs.readFileSync(pageToMeasure, 'utf8')) as PageToMeasure
const { hostname: domain } = new URL(setup.bank)

const entries = (page: Page) => page.locator('main li[data-index]').nth(5)
/** The last that comes of the overview are its plots. */
const plots = (page: Page) => page.getByText('Show as a table').last()

async function throttle(page: Page, { latency, down, up, processor }: Conditions): Promise<void> {
  const tools = await page.context().newCDPSession(page)
  await tools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency,
    downloadThroughput: down / 8,
    uploadThroughput: up / 8,
  })
  await tools.send('Emulation.setCPUThrottlingRate', { rate: processor })
}

interface Seen<T> {
  found: T
  shifts: Shift[]
}

/** Loads a view in a browser that has never seen the bank, looks at it, and tells when its largest paint was. */
async function load<T>(
  browser: Browser,
  device: Conditions,
  path: string,
  isThere: (page: Page) => ReturnType<Page['locator']>,
  look: (page: Page, paint: number) => Promise<T>,
): Promise<Seen<T>> {
  const context = await browser.newContext({
    locale: 'en-IE',
    timezoneId: 'Europe/Dublin',
    viewport: device.screen,
    deviceScaleFactor: device.pixelRatio,
    isMobile: device.isMobile,
    hasTouch: device.isMobile,
  })
  await context.addCookies([
    {
      name: SESSION_COOKIE,
      value: sessionId,
      domain,
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
    },
  ])
  const page = await context.newPage()
  await page.addInitScript({ content: OBSERVE })
  await throttle(page, device)
  await page.goto(setup.bank + path)
  await isThere(page).waitFor()
  await page.waitForTimeout(SETTLE_MS)
  const found = await look(page, await page.evaluate<number>('seen.paint'))
  const shifts = await page.evaluate<Shift[]>('seen.shifts')
  await context.close()
  return { found, shifts }
}

/** Goes through the page by mouse and keyboard. What takes less than 16 ms the browser doesn't tell. */
async function interact(page: Page): Promise<Interaction[]> {
  const interactions: Interaction[] = []
  const act = async (what: string, work: () => Promise<void>) => {
    await page.evaluate('seen.took = {}')
    await work()
    await page.waitForTimeout(SETTLE_MS)
    const took = await page.evaluate<number[]>('Object.values(seen.took)')
    interactions.push({ what, took: Math.max(0, ...took) })
  }
  const press = (role: 'button' | 'link', name: string, seen: ReturnType<Page['locator']>) => async () => {
    await page.getByRole(role, { name, exact: true }).first().click()
    await seen.waitFor()
  }
  const title = (name: string) => page.getByRole('heading', { name, level: 1, exact: true })
  await act('an account is opened', press('link', 'Bench history', entries(page)))
  await act('a search is typed', () => page.getByLabel('Search').pressSequentially('Bench', { delay: 50 }))
  await act(
    'the history is filtered',
    press('button', 'Filter', page.getByRole('button', { name: 'Clear the filter' })),
  )
  await act('the filter is cleared', press('button', 'Clear the filter', entries(page)))
  await act('a transfer is begun', press('link', 'New transfer', title('Send money')))
  await act('a transfer is refused', press('button', 'Continue', page.locator('[aria-invalid=true]').first()))
  await act('the overview is opened', press('link', 'Accounts', plots(page)))
  return interactions
}

const WORK = `(() => {
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now()
    for (let turn = 0, sum = 0; turn < 2e7; turn += 1) sum = (sum * 31 + turn) % 1000003
    return performance.now() - began
  })
  return Math.min(...times)
})()`
const REQUEST = `(async () => {
  const began = performance.now()
  await fetch('/favicon.svg', { cache: 'no-store' })
  return performance.now() - began
})()`

/** What moves and what is slow is told: a page of which nothing is told has not stood still or been quick for that. */
async function requireSight(browser: Browser): Promise<void> {
  const work = (page: Page) => page.evaluate<number>(WORK)
  const { found: quick, shifts } = await load(browser, conditions.desktop, '/', plots, async (page) => {
    await page.evaluate("document.body.style.paddingTop = '10rem'")
    await page.waitForTimeout(SETTLE_MS)
    return work(page)
  })
  if (!shifts.some(({ value }) => value > 0.02))
    throw new Error('the browser does not tell that the page was moved')
  const { found: slow } = await load(browser, conditions.phone, '/', plots, async (page) => ({
    work: await work(page),
    request: await page.evaluate<number>(REQUEST),
  }))
  if (slow.work < 2 * quick || slow.request < conditions.phone.latency)
    throw new Error(`the phone is not slow: ${JSON.stringify({ quick, slow })}`)
}

const paintOf = (_page: Page, paint: number) => Promise.resolve(paint)

/** Loads and uses the page on a device. */
async function measure(browser: Browser, device: Conditions): Promise<DeviceFigures> {
  const figures: DeviceFigures = { overview: [], account: [], shifts: [], interactions: [] }
  const noted = <T>({ found, shifts }: Seen<T>): T => {
    figures.shifts.push(shifts)
    return found
  }
  for (let turn = 0; turn < LOADS; turn += 1) {
    figures.overview.push(noted(await load(browser, device, '/', plots, paintOf)))
    figures.account.push(noted(await load(browser, device, `/accounts/${accountId}`, entries, paintOf)))
  }
  figures.interactions = noted(await load(browser, device, '/', plots, interact))
  return figures
}

const browser = await startChromium()
await requireSight(browser)
const desktop = await measure(browser, conditions.desktop)
const phone = await measure(browser, conditions.phone)
const scrolled = await load(browser, conditions.desktop, `/accounts/${accountId}`, entries, async (page) => ({
  rest: await page.evaluate<number[]>(framesOf(0)),
  frames: await page.evaluate<number[]>(framesOf(PIXELS_A_FRAME)),
}))
desktop.shifts.push(scrolled.shifts)
await browser.close()
const figures: PageFigures = { desktop, phone, ...scrolled.found }
fs.writeFileSync(pageFigures, JSON.stringify(figures))
console.log(JSON.stringify(figures))

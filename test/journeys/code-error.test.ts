import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keepScreenshot, openPage, setup, startChromium } from '../support/chromium.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startChromium()
})
afterAll(() => browser.close())

it('shows over the page why the code of the api does not run, until it does', async () => {
  const { page, problems } = await openPage(browser)
  const place = { file: 'services/api/src/app.ts', line: 12, column: 7 }
  const message = 'services/api/src/app.ts:12:7: SyntaxError: Unexpected token'
  // What the stand-in answers; a trial sees it answer that. Modules of the page lie in a folder api too.
  const ofApi = (url: URL) => url.pathname.startsWith('/api/')
  await page.route(ofApi, (route) =>
    route.fulfill({ status: 503, json: { error: { code: 'code_error', message, ...place } } }),
  )
  await page.goto(setup.bank)
  const overlay = page.locator('vite-error-overlay')
  for (const text of [
    'the api does not run',
    'SyntaxError: Unexpected token',
    'services/api/src/app.ts:12:7',
  ])
    await overlay.getByText(text).first().waitFor()
  await keepScreenshot(page, 'code-error')
  // No customer ever meets it, and what holds answers to the document sees that it is none of the bank's.
  expect((await problems()).join('\n')).toContain('answered 503 outside the API document')

  await page.unroute(ofApi)
  await overlay.waitFor({ state: 'detached' })
  await page.getByRole('heading', { level: 1 }).waitFor()
})

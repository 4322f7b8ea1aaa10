import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/settings.ts'
import { accessibilityProblems, overflow } from '../support/accessibility.ts'
import { openPage, type Problems, setup, startChromium } from '../support/chromium.ts'
import { differenceOf, keptPictures } from '../support/pictures.ts'

/** The longer words where there is the least room. */
const LOOKS = [
  { look: 'wide', width: 960, language: 'English' },
  { look: 'narrow', width: 360, language: 'Deutsch' },
] as const

const parts = fs
  .readdirSync(path.join(root, 'services/web/src/parts'))
  .filter((name) => name.endsWith('.tsx'))
  .map((name) => name.replace(/\.tsx$/, ''))

let browser: Browser
let page: Page
let problems: Problems

beforeAll(async () => {
  browser = await startChromium()
  ;({ page, problems } = await openPage(browser, { reducedMotion: 'reduce' }))
  // What is counted down stands still.
  await page.clock.setFixedTime('2026-01-01T12:00:00Z')
  await page.goto(`${setup.bank}/workbench/`)
  await page.locator('main > section').last().waitFor()
})

afterEach(async () => {
  expect(await problems(), 'what went wrong in the page').toEqual([])
})

afterAll(() => browser.close())

/** What differs, in all parts or in those of these names. */
async function differences(look: string, names: readonly string[] = parts): Promise<string[]> {
  const found: (string | undefined)[] = []
  for (const name of names)
    found.push(differenceOf(`${name}-${look}`, await page.locator(`#${name}`).screenshot()))
  return found.filter((difference) => difference !== undefined)
}

it('shows every part of the page, and no other', async () => {
  const shown = await page.evaluate<string[]>(
    "[...document.querySelectorAll('main > section')].map(({ id }) => id)",
  )
  expect(shown.toSorted()).toEqual(parts.toSorted())
  const kept = fs.readdirSync(keptPictures).toSorted()
  expect(kept).toEqual(parts.flatMap((name) => LOOKS.map(({ look }) => `${name}-${look}.png`)).toSorted())
})

describe.each(LOOKS)('$look, $language', ({ look, width, language }) => {
  beforeAll(async () => {
    await page.setViewportSize({ width, height: 800 })
    await page.getByRole('button', { name: language }).click()
    await page.getByRole('button', { name: language, pressed: true }).waitFor()
    // Over nothing, wherever the page is scrolled to.
    await page.mouse.move(0, 0)
  })

  it('the parts look as they were kept, light and dark', async () => {
    expect(await differences(look)).toEqual([])
    expect(await overflow(page)).toBe(0)
    // Samples stand side by side, each with a heading of its own and as no region of a page.
    const found = await accessibilityProblems(page)
    expect(
      found.filter((problem) => !/^(page-has-heading-one|landmark|region|heading)/.test(problem)),
    ).toEqual([])
  })

  it.each([
    ['a colour', '--brand', 'light-dark(#0b5a6a, #66c7c0)'],
    ['a distance', '--space-4', '1.0625rem'],
  ])('sees %s that is a little different', async (_what, token, value) => {
    const set = (to: string) =>
      page.evaluate(`document.documentElement.style.setProperty('${token}', '${to}')`)
    await set(value)
    try {
      expect(await differences(look, ['button'])).not.toEqual([])
    } finally {
      await set('')
    }
    expect(await differences(look, ['button'])).toEqual([])
  })
})

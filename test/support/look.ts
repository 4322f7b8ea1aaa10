import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { accessibilityProblems, overflow } from './accessibility.ts'
import { keepScreenshot } from './chromium.ts'

/** Looks at a view as it is now, wide and light as well as narrow and dark. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const found: string[] = []
  for (const [look, width, colorScheme] of [
    ['wide', 1280, 'light'],
    ['narrow', 360, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    found.push(...(await accessibilityProblems(page)).map((problem) => `${look}: ${problem}`))
    if ((await overflow(page)) > 0) found.push(`${look}: wider than the window`)
    await keepScreenshot(page, `page-${name}-${look}`)
  }
  expect(found, name).toEqual([])
}

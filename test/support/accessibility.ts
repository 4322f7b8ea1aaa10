import fs from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const options: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}

/** What axe finds wrong with a page as it is, contrast as well, an entry for each rule and place. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // The browser's own protocol brings it in, which no policy of the page forbids.
  await page.evaluate(axe)
  const results = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`)
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** How many pixels of the page lie beyond the window's right edge. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
}

/** The element that has the focus, if one does not see that. */
export async function unseenFocus(page: Page): Promise<string | undefined> {
  const element = await page.evaluate<string | null>(`[undefined, '::after'].some((part) =>
    getComputedStyle(document.activeElement, part).outlineStyle !== 'none') ? null : document.activeElement.outerHTML`)
  return element?.slice(0, 200)
}

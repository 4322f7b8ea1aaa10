import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, type BrowserContextOptions, chromium, type Page, type Response } from 'playwright-core'
import { journeySetupFile, type JourneySetup, screenshotFolder } from '../../scripts/lib/browser.ts'
import { outsideDocument } from '../../scripts/lib/openapi/document.ts'

/** What this machine's journeys need to know of the bank. */
export const setup = JSON.parse(fs.readFileSync(journeySetupFile, 'utf8')) as JourneySetup

/** A home folder whose certificate store trusts the local authority, and nothing that the system's does not. */
function homeThatTrusts(authority: string): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'))
  const store = path.join(home, '.pki/nssdb')
  const file = path.join(home, 'authority.crt')
  fs.mkdirSync(store, { recursive: true })
  fs.writeFileSync(file, authority)
  const certutil = (...args: string[]) => execFileSync('certutil', ['-d', `sql:${store}`, ...args])
  certutil('-N', '--empty-password')
  certutil('-A', '-t', 'C,,', '-n', 'dwaybank', '-i', file)
  return home
}

/**
 * Starts Debian's chromium. It takes every name beside the bank's to one place, whatever the port, and checks
 * certificates as for anybody.
 * @param entry where connections go: the cluster's node unless told otherwise
 * @param authority who issues the certificates there, PEM
 */
export async function startChromium(entry = setup.entry, authority = setup.authority): Promise<Browser> {
  const names = new URL(setup.bank).hostname.replace(/^[^.]+/, '*')
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      `--host-resolver-rules=MAP *.localhost ${entry}, MAP ${names} ${entry}`,
      // Letters are drawn alike on every machine.
      '--font-render-hinting=none',
      '--disable-lcd-text',
    ],
    env: { PATH: process.env['PATH'] ?? '', HOME: homeThatTrusts(authority) },
  })
}

/** Runs in the page: the browser's own message of a refusal does not always say what was refused. */
const reportRefusals = `document.addEventListener('securitypolicyviolation', (refusal) =>
  console.error('refused by the content security policy:', refusal.violatedDirective, refusal.blockedURI))`

/** Whether the bank's API gave an answer; on other hosts, tools have paths like its own. */
function isOfApi(response: Response): boolean {
  const { origin, pathname } = new URL(response.url())
  return origin === new URL(setup.bank).origin && pathname.startsWith('/api/')
}

/** No body of the bank is on its way for that long. */
const LONGEST_MS = 10_000

/** The body of an answer, or undefined. */
async function bodyOf(response: Response): Promise<string | undefined> {
  if (response.status() === 204) return ''
  // The browser has none of what was broken off, of a redirection, of a download, or of a page that it has left, and does
  // not always say so.
  const never = sleep(LONGEST_MS, undefined, { ref: false })
  return Promise.race([response.text(), never]).catch(() => undefined)
}

/** What an answer of the API has that its document doesn't allow. */
async function wrongIn(response: Response): Promise<string[]> {
  const { pathname, search } = new URL(response.url())
  const [method, path, status] = [response.request().method(), pathname + search, response.status()]
  const answer = { method, path, status, headers: response.headers(), text: await bodyOf(response) }
  return outsideDocument(answer).map(
    (wrong) => `${method} ${path} answered ${status} outside the API document: ${wrong}`,
  )
}

/** Everything that went wrong in a page since this was asked before: a test that is tried again begins with none. */
export type Problems = () => Promise<string[]>

/**
 * A page in a profile of its own, with everything that goes wrong in it: console errors, uncaught errors, refusals, and
 * answers that the API document doesn't allow.
 */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; problems: Problems }> {
  const context = await browser.newContext({ locale: 'en-IE', timezoneId: 'Europe/Dublin', ...options })
  const page = await context.newPage()
  const found: string[] = []
  const answers: Promise<string[]>[] = []
  const problems = async () => {
    const outside = (await Promise.all(answers.splice(0))).flat()
    return [...found.splice(0), ...outside]
  }
  page.on('console', (message) => {
    const { url } = message.location()
    if (message.type() === 'error') found.push(`console: ${message.text()} (${url})`)
  })
  page.on('pageerror', (error) => found.push(`uncaught: ${error.message}`))
  page.on('response', (response) => {
    if (isOfApi(response)) answers.push(wrongIn(response))
  })
  await page.addInitScript({ content: reportRefusals })
  return { page, problems }
}

/** The address of one of the tools, beside the bank's own. */
export function toolAddress(name: string): string {
  return setup.bank.replace('//', `//${name}.`)
}

/** Keeps what the page looks like in .dway/screenshots. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({
    path: path.join(screenshotFolder, `${name.replace(/[^\w-]+/g, '-')}.png`),
    fullPage: true,
  })
}

import type { Browser, Locator, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { accessibilityProblems, unseenFocus, overflow } from '../support/accessibility.ts'
import { keepScreenshot, openPage, type Problems, setup, startChromium } from '../support/chromium.ts'
import { logIn } from '../support/log-in.ts'
import { lookAt } from '../support/look.ts'
import { loseAnswers } from '../support/lost-answers.ts'
import { newCredentials, newCustomer, type Newcomer } from '../support/visitor.ts'

let browser: Browser
let page: Page
let problems: Problems
const asked: string[] = []
let who = newCredentials()
/** Where the money that was sent is told of. */
let receipt = ''

beforeAll(async () => {
  browser = await startChromium()
  ;({ page, problems } = await openPage(browser))
  page.on('request', (request) => asked.push(request.url()))
})

// Answers that were put in the place of the bank's, and what nobody is told who is not logged in.
const planted =
  /status of (401|429|503)|answered (429|503) outside|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_CLOSED/

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepScreenshot(page, `failed-${task.name}`)
  await page.unrouteAll()
  await page.context().setOffline(false)
  expect(
    (await problems()).filter((problem) => !planted.test(problem)),
    'what went wrong in the page',
  ).toEqual([])
})

afterAll(() => browser.close())

const heading = (name: string) => page.getByRole('heading', { name, level: 1, exact: true })
const button = (name: string) => page.getByRole('button', { name, exact: true })
const menu = (name: string) => page.getByRole('navigation').getByRole('link', { name })
const ofAccounts = (url: URL) => url.pathname.startsWith('/api/accounts')
const ofSessions = (url: URL) => url.pathname === '/api/sessions'

const refuse = (status: number, code: string) => (route: Route) =>
  route.fulfill({ status, headers: { 'retry-after': '3' }, json: { code, detail: code } })

const look = (name: string) => lookAt(page, name)

/** For somebody new, so that a test which is tried again begins where it began, with all the money. */
async function logInAs({ credentials }: Newcomer): Promise<void> {
  who = credentials
  await page.context().clearCookies()
  await page.goto(setup.bank)
  await logIn(page, who)
  await heading('Accounts').waitFor()
}

const hasFocus = async (target: Locator) => (await target.and(page.locator(':focus')).count()) > 0

/** Goes on by a key until this has the focus, which must be seen on the way. */
async function tabTo(target: Locator, key = 'Tab'): Promise<void> {
  await target.waitFor()
  for (let steps = 0; steps < 40; steps += 1) {
    await page.keyboard.press(key)
    expect(await unseenFocus(page), 'what has the focus is seen to have it').toBeUndefined()
    if (await hasFocus(target)) return
  }
  throw new Error(`the key ${key} does not lead there`)
}

async function typeInto(label: string, text: string): Promise<void> {
  await tabTo(page.getByLabel(label, { exact: true }))
  await page.keyboard.type(text)
}

it('becomes a customer by the keyboard alone', async () => {
  who = newCredentials('Grace Hopper')
  await page.context().clearCookies()
  await page.goto(setup.bank)
  await heading('Log in').waitFor()
  await look('log-in')
  await tabTo(button('Log in'))
  await page.keyboard.press('Enter')
  await page.getByText('Enter your password.').waitFor()
  await look('log-in-refused')

  await tabTo(page.getByRole('link', { name: 'Open an account with us' }))
  await page.keyboard.press('Enter')
  await heading('Create your account').waitFor()
  await look('register')
  await typeInto('Name', who.name)
  await typeInto('E-mail', who.email)
  await typeInto('Password', who.password)
  await page.keyboard.press('Enter')
  await heading('Accounts').and(page.locator(':focus')).waitFor()
})

it('sees what was planted: a picture without words, words without contrast, and what is too wide', async () => {
  await page.goto(setup.bank)
  await heading('Accounts').waitFor()
  const make = (tag: string, what: object) =>
    `Object.assign(document.createElement('${tag}'), ${JSON.stringify(what)})`
  await page.evaluate(`document.querySelector('main').append(${make('div', { id: 'planted' })})`)
  await page.evaluate(`document.querySelector('#planted').append(
    ${make('img', { src: '/favicon.svg' })}, ${make('p', { textContent: 'hardly to be read' })})`)
  await page.evaluate(`Object.assign(document.querySelector('#planted').style,
    { width: '150vw', color: '#aaaaaa', background: '#bbbbbb' })`)
  const found = (await accessibilityProblems(page)).map((problem) => problem.split(':')[0])
  expect(found).toEqual(expect.arrayContaining(['image-alt', 'color-contrast']))
  expect(await overflow(page)).toBeGreaterThan(0)
  await page.evaluate("document.querySelector('#planted').remove()")

  const other = await openPage(browser)
  await other.page.goto(setup.bank)
  const markup = other.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b>x</b>')")
  await expect(markup, 'text does not become markup').rejects.toThrow('TrustedHTML')
  expect((await other.problems()).join('\n')).toContain("requires 'TrustedHTML'")
  await other.page.context().close()
})

it('has its foot below the window until something is known of what stands above it', async () => {
  const other = await openPage(browser)
  await other.page.route('**/api/me', () => undefined)
  await other.page.goto(setup.bank)
  await other.page.locator('main[aria-busy=true]').waitFor()
  const foot = await other.page.locator('footer').boundingBox()
  expect(foot?.y).toBeGreaterThanOrEqual(other.page.viewportSize()?.height ?? NaN)
  await other.page.context().close()
})

it('looks at the accounts, opens one by the keyboard, and at its empty history', async () => {
  await page.goto(setup.bank)
  await page.getByText('Spending by month').waitFor()
  await tabTo(page.getByText('Show as a table').first())
  await page.keyboard.press('Enter')
  await page.getByRole('table').getByText('€1,000.00').first().waitFor()
  await look('accounts')
  await tabTo(page.getByRole('link', { name: 'Open an account' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await heading('Open an account').waitFor()
  await look('open-account')
  await typeInto('Account name', 'Savings')
  await page.keyboard.press('Enter')
  await heading('Savings').waitFor()
  await page.getByText('Nothing has moved on this account yet.').waitFor()
  await look('account-empty')
})

it('sends money by the keyboard, and once, however often it is asked for', async () => {
  const payer = await newCustomer()
  const { number } = await payer.visitor.openAccount('Savings')
  await logInAs(payer)
  await menu('Transfer').click()
  await heading('Send money').waitFor()
  await page.getByLabel('From account').selectOption({ index: 0 })
  await look('transfer')
  await typeInto('To account number', number)
  await typeInto('Amount', '12.50')
  await typeInto('Reference', 'Compiler')
  await page.keyboard.press('Enter')
  await heading('Is this right?').waitFor()
  await page.getByText(`${who.name} (you)`).waitFor()
  await look('confirm')

  await page.reload()
  await page.getByText(`${who.name} (you)`).waitFor()
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && new URL(request.url()).pathname === '/api/transfers')
      sent.push(request.headers()['idempotency-key'] ?? '')
  })
  const losing = await loseAnswers(page, '*/api/transfers')
  try {
    await button('Send money').dblclick()
    await page.getByText('The bank did not answer').waitFor()
    expect(sent).toHaveLength(1)
  } finally {
    await losing.detach()
  }
  await page.reload()
  await page.getByText('The bank did not answer').waitFor()
  await page.getByText('€12.50').waitFor()
  await look('confirm-unknown')
  await button('Send money').click()
  await heading('Money sent').waitFor()
  await page.getByText('Nothing has moved a second time.').first().waitFor()
  await look('receipt')
  receipt = page.url()

  await page.goBack()
  await heading('Send money').waitFor()
  expect(await page.getByLabel('Amount').inputValue()).toBe('12.50')
  const before = sent.length
  await button('Continue').click()
  await heading('Money sent').waitFor()
  await page.getByText('Nothing has moved a second time.').first().waitFor()
  expect([sent.length, new Set(sent).size], 'nothing was sent again').toEqual([before, 1])
  expect(page.url()).toBe(receipt)
})

it('finds an entry by a filter that is part of the address', async () => {
  await page.goto(receipt)
  await page.getByRole('link', { name: 'See the history' }).click()
  await heading('Current account').waitFor()
  await look('account')
  await page.getByLabel('Search').fill('compiler')
  await page.getByLabel('Direction').selectOption('out')
  await page.keyboard.press('Enter')
  await button('Filter').click()
  await page.getByText('1 movement.', { exact: true }).waitFor()
  expect(new URL(page.url()).search).toBe('?q=compiler&direction=out')
  expect(await hasFocus(button('Filter')), 'a filter keeps the focus').toBe(true)
  await page.reload()
  await page.getByRole('listitem').getByText('Balance €987.50').waitFor()
  await look('account-filtered')
  await page.getByLabel('Search').fill('nothing of the kind')
  await button('Filter').click()
  await page.getByText('No movement fits this filter.').waitFor()
  await page.goBack()
  await page.getByRole('listitem').getByText('Balance €987.50').waitFor()

  const csv = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download CSV' }).click()
  expect((await csv).suggestedFilename()).toMatch(/\.csv$/)
})

it('changes the profile and the password, and ends a session', async () => {
  const somebody = await newCustomer()
  // There is one other session to end, which comes below.
  await somebody.visitor.post('/logout')
  await logInAs(somebody)
  await menu('Profile').click()
  await heading('Profile').waitFor()
  await page.getByLabel('Name').fill('Grace B. Hopper')
  await button('Save').click()
  await page.getByText('Your profile is saved.').waitFor()
  await look('profile')

  const other = await openPage(browser)
  await other.page.goto(setup.bank)
  await logIn(other.page, who)
  await other.page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor()

  await menu('Security').click()
  await heading('Security').waitFor()
  await page.getByRole('button', { name: /^End the session of/ }).click()
  await page.getByRole('button', { name: /^End the session of/ }).waitFor({ state: 'detached' })
  await other.page.getByRole('navigation').getByRole('link', { name: 'Security' }).click()
  await other.page.getByText('Your session has ended.').waitFor()
  await logIn(other.page, who)
  // Where they were when it ended.
  await other.page.getByRole('heading', { name: 'Security', level: 1 }).waitFor()
  await other.page.context().close()

  await page.getByLabel('Current password').fill(who.password)
  await page.getByLabel('New password').fill(`${who.password}, again`)
  await button('Change password').click()
  await page.getByText('Your password is changed.').waitFor()
  await look('security')
  await button('Log out everywhere').click()
  await page.getByRole('alertdialog').waitFor()
  await look('security-question')
  await page.keyboard.press('Escape')
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })
  await button('Log out everywhere').and(page.locator(':focus')).waitFor()
})

it('says what is in the way: nothing there, too many requests, a bank that restarts, no connection', async () => {
  await page.goto(`${setup.bank}/nowhere`)
  await heading('There is nothing here').waitFor()
  await look('not-found')

  await page.route(ofAccounts, refuse(429, 'too_many_requests'))
  await page.getByRole('link', { name: 'Go to your accounts' }).click()
  await page.getByText(/You can try again in \d seconds?\./).waitFor()
  await look('rate-limited')
  await page.unroute(ofAccounts)
  await page.getByText('You can try again now.').waitFor()
  await button('Try again').click()
  await page.getByLabel('Total').getByText('€1,000.00').waitFor()

  await page.route(ofSessions, refuse(503, 'unavailable'))
  await menu('Security').click()
  await page.getByText('The bank does not answer yet.').waitFor()
  await look('restarting')
  expect(await page.evaluate('document.getAnimations().length'), 'nothing moves').toBe(0)
  await page.unroute(ofSessions)
  await page.getByText('This one').waitFor()

  await page.context().setOffline(true)
  await page.getByText('You are offline.').waitFor()
  await look('offline')
  await page.context().setOffline(false)
  await page.getByText('You are offline.').waitFor({ state: 'detached' })
})

it('speaks German, and keeps to it', async () => {
  await page.evaluate('localStorage.clear()')
  await page.goto(`${setup.bank}/security`)
  await heading('Security').waitFor()
  await page.getByLabel('Language').selectOption('de')
  await heading('Sicherheit').waitFor()
  await page.reload()
  await heading('Sicherheit').waitFor()
  expect(await page.evaluate('document.documentElement.lang')).toBe('de')
  await page.getByRole('navigation').getByRole('link', { name: 'Konten' }).click()
  await page
    .getByText(/1\.000,00\s€/)
    .first()
    .waitFor()
  await page.getByText('Ausgaben nach Monat').waitFor()
  await look('german')
})

it('asked nobody but the bank, and holds nothing secret', async () => {
  const origins = asked.filter((url) => !/^(data|blob):/.test(url)).map((url) => new URL(url).origin)
  expect([...new Set(origins)]).toEqual([new URL(setup.bank).origin])
  expect(await page.evaluate('document.cookie')).toBe('')
  expect(await page.evaluate('Object.keys(localStorage)')).toEqual(['dwaybank:language'])
})

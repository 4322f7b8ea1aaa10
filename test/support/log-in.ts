import type { Page } from 'playwright-core'
import type { Credentials } from './visitor.ts'

/** Logs in where a page asks for it. */
export async function logIn(
  page: Page,
  { email, password }: Pick<Credentials, 'email' | 'password'>,
): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
}

import { currentlySpoken } from './language.ts'

/** How many characters a new password has, as the bank counts. */
export const PASSWORD_LENGTH = { least: 12, most: 128 }

const EMAIL = /^[!-?A-~]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]{2,}$/

/** Says what is wrong with the form of an e-mail address, if anything is. */
export function emailProblem(email: string): string | undefined {
  return EMAIL.test(email) ? undefined : currentlySpoken().messages.wrong.email
}

/** Says why the bank would not take a new password, if it would not. */
export function newPasswordProblem({ length }: string): string | undefined {
  const { wrong } = currentlySpoken().messages
  if (length < PASSWORD_LENGTH.least) return wrong.passwordShort(PASSWORD_LENGTH.least)
  if (length > PASSWORD_LENGTH.most) return wrong.passwordLong(PASSWORD_LENGTH.most)
  return undefined
}

import { randomInt } from 'node:crypto'

const DIGITS_BEFORE_CHECK = 8

/**
 * Appends the two check digits of ISO 7064 mod 97-10 to the first eight digits of an account number.
 * @throws {RangeError} when `body` isn't exactly eight digits.
 */
export function withCheckDigits(body: string): string {
  if (!/^[0-9]{8}$/.test(body)) throw new RangeError('An account number starts with exactly 8 digits')
  const check = 98 - ((Number(body) * 100) % 97)
  return body + String(check).padStart(2, '0')
}

/** Says whether `number` is ten digits whose check digits are right. */
export function isAccountNumber(number: string): boolean {
  return /^[0-9]{10}$/.test(number) && Number(number) % 97 === 1
}

/** Draws an account number at random; it never starts with 0, which is the bank's own range. */
export function randomAccountNumber(): string {
  return withCheckDigits(String(randomInt(10 ** (DIGITS_BEFORE_CHECK - 1), 10 ** DIGITS_BEFORE_CHECK)))
}

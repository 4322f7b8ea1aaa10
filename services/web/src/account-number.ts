import { currentlySpoken } from './language.ts'

/** Takes the spaces and dashes out of an account number as people write it. */
export function plainNumber(text: string): string {
  return text.replace(/[\s-]/g, '')
}

/** Says what is wrong with the form of an account number, if anything is. */
export function numberProblem(number: string): string | undefined {
  const { wrong } = currentlySpoken().messages
  if (number === '') return wrong.number
  if (!/^\d{10}$/.test(number)) return wrong.numberDigits
  return undefined
}

/** Writes an account number in groups, as it is easiest to read: 1234 5678 90. */
export function groupNumber(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ')
}

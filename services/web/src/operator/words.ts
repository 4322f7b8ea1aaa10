import { useSpoken } from '../language.ts'
import { de } from './messages-de.ts'
import { en, type OperatorMessages } from './messages-en.ts'

/** The texts of the operators' views. */
export function useOperatorMessages(): OperatorMessages {
  return useSpoken().language === 'de' ? de : en
}

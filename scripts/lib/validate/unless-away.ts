import { messageOf } from '../errors.ts'
import { finding, type Finding } from './finding.ts'

/** What a part of a step finds; a part that can't look at all is one finding that could not be verified. */
export async function unlessAway(
  rule: string,
  subject: string,
  look: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    const remedy = './dway status shows what runs'
    return [finding(rule, subject, 'could not verify', messageOf(error), remedy)]
  }
}

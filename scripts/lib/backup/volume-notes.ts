import { inPostgresPod } from '../database.ts'
import { kubectlBank, must } from '../shell.ts'

/** Prints a file, or nothing if there is none yet; one that cannot be read is not one that is not there. */
export const printNotes = (file: string) => `[[ ! -e ${file} ]] || cat ${file}`

/** The lines of what that printed. */
export const noteLines = (output: string) => output.split('\n').filter((line) => line !== '')

/**
 * The lines of a file on the volume of PostgreSQL; none if there is no such file yet.
 * @throws UserError if the pod of PostgreSQL does not answer, or the file cannot be read
 */
export async function readNotes(file: string): Promise<string[]> {
  const read = kubectlBank([...inPostgresPod, 'bash', '-c', printNotes(file)])
  return noteLines((await must(`${file} cannot be read in the pod of PostgreSQL`, read)).stdout)
}

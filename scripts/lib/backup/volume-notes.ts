import { inPostgresPod } from '../database.ts'
import { kubectlBank, must } from '../shell.ts'

/**
 * The lines of a file on the volume of PostgreSQL; none if there is no such file yet.
 * @throws UserError if the pod of PostgreSQL does not answer
 */
export async function readNotes(file: string): Promise<string[]> {
  const read = kubectlBank([...inPostgresPod, 'bash', '-c', `cat ${file} 2>/dev/null || true`])
  const { stdout } = await must('the volume of PostgreSQL cannot be read', read)
  return stdout.split('\n').filter((line) => line !== '')
}

import { createHash } from 'node:crypto'
import { hashPasswordWithSalt } from '../../../services/api/src/sessions/password.ts'
import { runPsql } from '../database.ts'
import { readSecret } from '../secrets.ts'

/** The Secret with the password of everybody in the seed, generated with the others. */
export const LOGIN_SECRET = 'seed-login'

/** The hash of the password of everybody in the seed; the same as long as Secret and seed are. */
export async function seedPasswordHash(seed: string): Promise<string> {
  const { password = '' } = await readSecret(LOGIN_SECRET)
  const salt = createHash('sha256').update(`salt of ${seed}`).digest().subarray(0, 16)
  return hashPasswordWithSalt(password, salt)
}

/** Lets people of a seed that is there already log in by the Secret's password, if it has changed since. */
export async function renewPasswords(passwordHash: string): Promise<void> {
  await runPsql(
    'the passwords were not renewed',
    `update customers set password_hash = '${passwordHash}' where password_hash <> '${passwordHash}';\n`,
  )
}

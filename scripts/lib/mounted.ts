import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from './errors.ts'
import { kubectlBank, must } from './shell.ts'

/** A file of a Secret that a running container has mounted. */
export interface MountedFile {
  pod: string
  container: string
  path: string
}

/** The kubelet looks at a pod whose annotations change at once, and at others within a minute or two. */
const READ_ANNOTATION = 'dwaybank.dev/secret-read'
const PATIENCE_MS = 150_000
const PAUSE_MS = 500

/**
 * Waits until a file of a running pod's volume is what was written to its Secret, so that nothing has to start again to
 * get it.
 * @throws {UserError} if it isn't within two minutes and a half
 */
export async function awaitMounted({ pod, container, path }: MountedFile, content: string): Promise<void> {
  const wanted = createHash('sha256').update(content).digest('hex')
  const annotation = `${READ_ANNOTATION}=${Date.now()}`
  await must(`${pod} was not annotated`, kubectlBank(['annotate', 'pod', pod, '--overwrite', annotation]))
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    const digest = kubectlBank(['exec', pod, '--container', container, '--', 'sha256sum', path]).nothrow()
    if ((await digest).stdout.startsWith(wanted)) return
    await sleep(PAUSE_MS)
  }
  throw new UserError(`${pod} still has an older ${path}: run the same command again`)
}

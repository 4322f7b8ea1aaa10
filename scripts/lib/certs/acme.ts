import { lastLineOf, runCronJob } from '../cron-job.ts'
import { UserError } from '../errors.ts'
import { awaitReady, restartAll } from '../restart.ts'
import { readSecret } from '../secrets.ts'
import { workloadExists } from '../shell.ts'
import { step } from '../steps.ts'
import { describeCertificate } from './pem.ts'
import { awaitServed } from './served.ts'
import { frontDoorCertificate } from './table.ts'

/** The CronJob that renews, where certificates are by ACME each day. */
export const RENEWAL = 'renew-certificate'

const plain = (line: string) => line.replace(/^acme: /, '')

/**
 * Has the ACME directory issue a certificate for the front door now, as the CronJob does, and sees it served.
 * @returns what the front door shows now
 * @throws {UserError} with the reason; then the front door shows what it has shown before
 */
export async function issueByAcme(): Promise<{ secret: string; issuer: string; fingerprint: string }> {
  const { secret, servedAt } = frontDoorCertificate
  if (!(await workloadExists(`cronjob/${RENEWAL}`)))
    throw new UserError('this bank has no ACME directory: ./dway up --profile full adds one')
  await step('have a certificate issued by ACME', (progress) =>
    runCronJob(RENEWAL, {
      progress,
      plain,
      reasonIn: (log) => plain(lastLineOf(log)),
      env: { FORCE: '1', JITTER_SECONDS: '0' },
    }),
  )
  const { 'tls.crt': certificate = '', 'ca.crt': root = '' } = await readSecret(secret)
  await step('wait for deployment/proxy', () => awaitReady('deployment/proxy'))
  if (servedAt) await step(`see ${secret} served`, () => awaitServed(servedAt, certificate, [root]))
  // It looks at the front door from outside, and reads whom to trust when it starts.
  await restartAll(['deployment/blackbox-exporter'])
  const { issuer, fingerprint } = describeCertificate(certificate)
  return { secret, issuer, fingerprint }
}

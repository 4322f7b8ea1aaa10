import { listCertificates, type Listed } from '../../../certs/list.ts'
import { awaitServed } from '../../../certs/served.ts'
import { frontDoorCertificate } from '../../../certs/table.ts'
import { messageOf } from '../../../errors.ts'
import { frontDoorAuthority } from '../../../front-door.ts'
import { existingSecrets } from '../../../secrets.ts'
import { finding, type Finding } from '../../finding.ts'

const SERVED_MS = 5000
const REMEDY = './dway certs says what is wrong with it, ./dway certs renew issues another'

function judgeAge({ secret, due, daysLeft, validFrom, validTo }: Listed): Finding {
  const rule = 'certificate-age'
  const subject = `Secret/${secret}`
  const known = daysLeft !== undefined && validFrom !== undefined && validTo !== undefined
  const lifetime = known ? Math.round((Date.parse(validTo) - Date.parse(validFrom)) / 86_400_000) : 0
  const age = known ? `${daysLeft} of ${lifetime} days are left` : 'it holds none'
  if (due !== undefined) return finding(rule, subject, 'failed', `${age}: ${due}`, REMEDY)
  return known
    ? finding(rule, subject, 'passed', age)
    : finding(rule, subject, 'could not verify', age, REMEDY)
}

/** How old each certificate is, and whether the front door shows the one that it should. */
export async function judgeCertificates(): Promise<Finding[]> {
  const secrets = await existingSecrets()
  const ages = listCertificates(secrets).map(judgeAge)
  const { secret, servedAt } = frontDoorCertificate
  const held = secrets.get(secret)?.['tls.crt']
  const rule = 'certificate-is-served'
  const subject = `Secret/${secret}`
  if (servedAt === undefined || held === undefined)
    return [...ages, finding(rule, subject, 'could not verify', 'the Secret holds no certificate', REMEDY)]
  try {
    await awaitServed(servedAt, held, [await frontDoorAuthority()], SERVED_MS)
    return [...ages, finding(rule, subject, 'passed', 'the front door shows what the Secret holds')]
  } catch (error) {
    return [...ages, finding(rule, subject, 'failed', messageOf(error), REMEDY)]
  }
}

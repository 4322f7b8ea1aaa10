import { lookup } from 'node:dns/promises'
import { findFrontDoor, toolsHeaders, type FrontDoor } from '../../front-door.ts'
import { hostsOf, runningSites } from '../../proxy-hosts.ts'
import { HTTP_NODE_PORT } from '../../settings.ts'
import { againstMozilla, COMPLIANT } from '../../sslyze.ts'
import { finding, type Finding } from '../finding.ts'
import type { Step } from '../step.ts'
import { unlessAway } from '../unless-away.ts'
import { EVERY_NAME, judgeAnswers } from './tls-and-headers/answers.ts'
import { judgeCertificates } from './tls-and-headers/certificates.ts'

const PROFILE = 'mozilla-intermediate'

async function judgeProfile(
  { host, port, authority }: FrontDoor,
  hosts: readonly string[],
): Promise<Finding[]> {
  const { address } = await lookup(host)
  const verdicts = await againstMozilla({ address, port, authority }, hosts)
  const bad = Object.entries(verdicts).find(([, said]) => said !== COMPLIANT)
  if (bad === undefined)
    return [finding(PROFILE, EVERY_NAME, 'passed', `sslyze calls ${hosts.length} names compliant`)]
  const [name, said] = bad
  const verdict = said.startsWith('FAILED') ? 'failed' : 'could not verify'
  return [
    finding(
      PROFILE,
      EVERY_NAME,
      verdict,
      `${name}: ${said}`,
      'services/proxy/conf/tls.conf says what is spoken',
    ),
  ]
}

export const tlsAndHeaders: Step = {
  number: 8,
  name: 'TLS and security headers',
  proves:
    'A browser is safe with every name of the bank: TLS as Mozilla recommends it, valid certificates, and the security headers on every answer, errors too.',
  needs: 'bank',
  async run() {
    const door = await findFrontDoor()
    const { authorization } = await toolsHeaders()
    const hosts = hostsOf(door.name, runningSites())
    const { port } = new URL(door.origin)
    const live = {
      door,
      httpPort: HTTP_NODE_PORT,
      bank: door.name,
      portSuffix: port === '' ? '' : `:${port}`,
      login: authorization,
    }
    const found = await Promise.all([
      unlessAway(PROFILE, EVERY_NAME, () => judgeProfile(door, hosts)),
      unlessAway('headers', EVERY_NAME, () => judgeAnswers(live, hosts)),
      unlessAway('certificate-age', 'all Secrets', judgeCertificates),
    ])
    return found.flat()
  },
}

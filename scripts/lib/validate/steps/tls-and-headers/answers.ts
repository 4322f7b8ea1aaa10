import { wrongInHeaders } from '../../../answer-headers.ts'
import { messageOf } from '../../../errors.ts'
import { cleaningUp } from '../../../on-exit.ts'
import { ownAnswers, rawRequest } from '../../../proxy-answers.ts'
import { sendRaw, type Door, type RawAnswer } from '../../../raw-request.ts'
import { kubectlBank, must } from '../../../shell.ts'
import { finding, type Finding } from '../../finding.ts'

/** The front door of the running bank. */
export interface LiveDoor {
  door: Door
  httpPort: number
  /** The bank's own name. */
  bank: string
  /** What follows a name in an address that a browser is sent to. */
  portSuffix: string
  /** The Authorization of somebody who is logged in to the tools. */
  login: string
}

export const EVERY_NAME = 'every name of the front door'
const REMEDY = 'services/proxy/conf and the sites of k8s/components say what each name answers'

/** One answer: what was asked, and what is wrong with it. */
interface Judged {
  what: string
  wrong: string[]
}

/** @param status what it must be, or how to tell */
function judge(what: string, answer: RawAnswer, status: number | ((found: number) => boolean)): Judged {
  const [found] = answer.statuses
  if (found === undefined) return { what, wrong: ['no answer'] }
  const good = typeof status === 'number' ? found === status : status(found)
  return { what, wrong: [...(good ? [] : [`it is answered ${found}`]), ...wrongInHeaders(answer.headers)] }
}

function asFinding(rule: string, host: string, judged: readonly Judged[]): Finding {
  const bad = judged.filter(({ wrong }) => wrong.length > 0)
  if (bad.length === 0) {
    const all = judged.map(({ what }) => what).join(', ')
    return finding(rule, host, 'passed', `as they should be: ${all}`)
  }
  const evidence = bad.map(({ what, wrong }) => `${what}: ${wrong.join(', ')}`).join('; ')
  return finding(rule, host, 'failed', evidence, REMEDY)
}

/** What a name answers over TLS: its page, and everything that the proxy itself has to say. */
async function judgeHost({ door, login, bank }: LiveDoor, host: string): Promise<Finding> {
  const at = { ...door, name: host }
  const page = await sendRaw(at, rawRequest(host, login, 'GET /', 'Accept: text/html\r\n'))
  const judged = [judge('its page', page, (status) => status < 400)]
  for (const { name, status, ask } of ownAnswers)
    judged.push(judge(name, await ask(at, login), status(host, bank)))
  if (host === bank) {
    const hidden = await sendRaw(at, rawRequest(host, login, 'GET /metrics'))
    judged.push(judge('what is hidden', hidden, 404))
  }
  return asFinding('headers', host, judged)
}

async function judgeRedirect({ door, httpPort, login, portSuffix }: LiveDoor, host: string): Promise<Judged> {
  const plain = { host: door.host, port: httpPort, name: host }
  const answer = await sendRaw(plain, rawRequest(host, login, 'GET /a?b=c'))
  const judged = judge(host, answer, 301)
  const wanted = `https://${host}${portSuffix}/a?b=c`
  const { location = 'nowhere' } = answer.headers
  if (location !== wanted) judged.wrong.push(`it leads to ${location}, not ${wanted}`)
  return judged
}

async function judgeRedirects(live: LiveDoor, hosts: readonly string[]): Promise<Finding> {
  const judged = await Promise.all(hosts.map((host) => judgeRedirect(live, host)))
  return asFinding('http-redirects', EVERY_NAME, judged)
}

/** Whether a name that isn't ours leads nowhere from plain HTTP: a redirect would lead wherever the client says. */
async function judgeStranger({ door, httpPort, login }: LiveDoor): Promise<Finding> {
  const rule = 'unknown-names-refused'
  const plain = { host: door.host, port: httpPort, name: 'evil.example' }
  const { text, ended } = await sendRaw(plain, rawRequest('evil.example', login, 'GET /'))
  return text === '' && ended
    ? finding(rule, 'evil.example', 'passed', 'the connection was ended without an answer')
    : finding(rule, 'evil.example', 'failed', text.split('\r\n')[0] || 'the connection stays open', REMEDY)
}

/** Something for developers alone, at the name `redis`. */
const TOOL = 'deployment/redis-commander'
const TOOL_NAME = 'redis'
const GONE_TRIES = 20

/** What the proxy says where nobody is behind a name: a developer's tool is away for that moment. */
async function judgeNobody({ door, login, bank }: LiveDoor): Promise<Finding> {
  const host = `${TOOL_NAME}.${bank}`
  const scale = (replicas: number) =>
    must(`${TOOL} was not scaled`, kubectlBank(['scale', TOOL, `--replicas=${replicas}`]))
  return cleaningUp(
    async () => {
      await scale(0)
      for (let tries = 1; ; tries += 1) {
        const answer = await sendRaw({ ...door, name: host }, rawRequest(host, login, 'GET /'), 1)
        const judged = judge('a service that is away', answer, (status) => status === 502 || status === 504)
        const fell = answer.statuses.some((status) => status >= 500)
        if (fell || tries === GONE_TRIES) return asFinding('headers-without-service', host, [judged])
      }
    },
    async () => {
      await scale(1)
      await must(`${TOOL} did not come back`, kubectlBank(['rollout', 'status', TOOL, '--timeout=90s']))
    },
  )
}

/** What can't be asked is a finding of its own. */
async function orUnknown(rule: string, host: string, judged: Promise<Finding>): Promise<Finding> {
  try {
    return await judged
  } catch (error) {
    return finding(
      rule,
      host,
      'could not verify',
      messageOf(error),
      './dway logs proxy shows what it was asked',
    )
  }
}

/** What every name answers, errors and redirects too, and with which headers. */
export async function judgeAnswers(live: LiveDoor, hosts: readonly string[]): Promise<Finding[]> {
  const [redirects, stranger, ...ofHosts] = await Promise.all([
    orUnknown('http-redirects', EVERY_NAME, judgeRedirects(live, hosts)),
    orUnknown('unknown-names-refused', 'evil.example', judgeStranger(live)),
    ...hosts.map((host) => orUnknown('headers', host, judgeHost(live, host))),
  ])
  // Last, since it takes away who is behind one of the names.
  const nobody = await orUnknown('headers-without-service', `${TOOL_NAME}.${live.bank}`, judgeNobody(live))
  return [...ofHosts, redirects, stranger, nobody]
}

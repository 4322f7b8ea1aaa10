import { X509Certificate } from 'node:crypto'
import { frontDoor } from '../cluster.ts'
import { ownContainer } from '../engine.ts'
import { frontDoorAuthority } from '../front-door.ts'
import type { Check } from '../report.ts'
import { readSecret } from '../secrets.ts'
import { $, lastLine, must } from '../shell.ts'

const HOST = 'dwaybank.localhost'

/** What curl found. */
export interface Visit {
  /** curl's own exit code; 60 is a certificate that doesn't hold. */
  exit: number
  status: number
  redirect: string
}

/** The addresses that are visited, by the name of the visit. */
export function visitsOf(http: number, https: number): Record<string, string> {
  const at = (scheme: string, host: string, port: number, path: string) =>
    `${scheme}://${host}:${port}${path}`
  return {
    page: at('https', HOST, https, '/'),
    api: at('https', HOST, https, '/api/me'),
    stranger: at('https', 'bank.invalid', https, '/'),
    plain: at('http', HOST, http, '/'),
    healthz: at('https', HOST, https, '/healthz'),
    readyz: at('https', HOST, https, '/readyz'),
    metrics: at('https', HOST, https, '/metrics'),
  }
}

/** A script for a container on the host's network: visits every address, trusting the local CA alone. */
export function visitScript(visits: Record<string, string>, authority: string): string {
  const lines = Object.entries(visits).map(([name, url]) => {
    const { hostname, port } = new URL(url)
    const scheme = url.startsWith('https') ? 443 : 80
    return `visit ${name} ${hostname}:${port || scheme}:127.0.0.1 '${url}'\n`
  })
  return `set -u
cat >/tmp/ca.crt <<'END'
${authority.trim()}
END
visit() {
  said=$(curl --silent --output /dev/null --noproxy '*' --max-time 10 --cacert /tmp/ca.crt --resolve "$2" \\
    --write-out '%{http_code} %{redirect_url}' "$3")
  echo "$1 $? $said"
}
${lines.join('')}`
}

/** Reads what the script printed. */
export function parseVisits(output: string): Map<string, Visit> {
  const visits = new Map<string, Visit>()
  for (const line of output.split('\n')) {
    const [name, exit, status, redirect = ''] = line.split(' ')
    if (name && exit && status) visits.set(name, { exit: Number(exit), status: Number(status), redirect })
  }
  return visits
}

const REMEDY = './dway logs proxy shows what it was asked'

/** What the visits say about the front door. */
export function frontDoorChecks(visits: ReadonlyMap<string, Visit>, https: number, days: number): Check[] {
  const check = (
    name: string,
    keys: string[],
    good: (visit: Visit) => boolean,
    evidence: string,
    remedy = REMEDY,
  ): Check => {
    const made = keys.map((key) => visits.get(key))
    if (made.some((visit) => visit === undefined)) {
      return { name, verdict: 'could not verify', evidence: 'the visit was not made', remedy }
    }
    const bad = made.find((visit) => visit !== undefined && !good(visit))
    if (!bad) return { name, verdict: 'passed', evidence }
    const seen =
      bad.exit === 0 ? `it answered ${bad.status} ${bad.redirect}`.trim() : `curl ended with ${bad.exit}`
    return { name, verdict: 'failed', evidence: seen, remedy }
  }
  const answered = (status: number) => (visit: Visit) => visit.exit === 0 && visit.status === status
  const target = `https://${HOST}${https === 443 ? '' : `:${https}`}/`
  return [
    check(
      'TLS: chain and name',
      ['page'],
      ({ exit }) => exit === 0,
      `the certificate for ${HOST} holds, for ${days} more days`,
      './dway certs says what is wrong with it, ./dway certs renew proxy-tls issues and serves another by the same CA',
    ),
    check(
      'TLS: another name',
      ['stranger'],
      ({ exit }) => exit === 60,
      'a client that asks for another name refuses the certificate',
    ),
    check('front door: the page', ['page'], answered(200), 'it answers 200 on the host'),
    check('front door: the api', ['api'], answered(401), 'it answers 401 to somebody who is not logged in'),
    check(
      'front door: plain HTTP',
      ['plain'],
      ({ status, redirect }) => status === 301 && redirect === target,
      `it sends people to ${target}`,
    ),
    check(
      'front door: probes and metrics',
      ['healthz', 'readyz', 'metrics'],
      answered(404),
      'they are hidden',
    ),
  ]
}

/** Visits the front door as somebody on the engine's host does. */
export async function checkFrontDoor(): Promise<Check[]> {
  const { http, https } = await frontDoor()
  const [authority, { 'tls.crt': certificate = '' }] = await Promise.all([
    frontDoorAuthority(),
    readSecret('proxy-tls'),
  ])
  const days = Math.floor((Date.parse(new X509Certificate(certificate).validTo) - Date.now()) / 86_400_000)
  // The toolbox's own image has curl; another container of it can stand on the host's network.
  const image = await must(
    'the toolbox is unknown to the engine',
    $`docker inspect --format ${'{{.Image}}'} ${ownContainer()}`,
  )
  const script = visitScript(visitsOf(http, https), authority)
  const run = $({
    input: script,
  })`docker run --rm --interactive --network host --entrypoint sh ${image.stdout.trim()} -s`
  const output = await run.timeout('60s').nothrow()
  const visits = parseVisits(output.stdout)
  const checks = frontDoorChecks(visits, https, days)
  const unreachable = [...visits.values()].every(({ exit }) => exit === 7)
  if (!unreachable || !(await inVirtualMachine())) return checks
  const reason =
    visits.size === 0
      ? lastLine(output)
      : 'the engine runs in a virtual machine, whose own ports these are not'
  const remedy = 'open the bank in a browser on this machine'
  return checks.map(({ name }) => ({ name, verdict: 'could not verify', evidence: reason, remedy }))
}

async function inVirtualMachine(): Promise<boolean> {
  const { stdout } = await $`docker info --format ${'{{.OperatingSystem}}'}`.nothrow()
  return /docker desktop/i.test(stdout)
}

import { expect, it } from 'vitest'
import { frontDoorChecks, parseVisits, visitScript, visitsOf, type Visit } from './front-door.ts'

const good: Record<string, Visit> = {
  page: { exit: 0, status: 200, redirect: '' },
  api: { exit: 0, status: 401, redirect: '' },
  stranger: { exit: 60, status: 0, redirect: '' },
  plain: { exit: 0, status: 301, redirect: 'https://dwaybank.localhost:8443/' },
  healthz: { exit: 0, status: 404, redirect: '' },
  readyz: { exit: 0, status: 404, redirect: '' },
  metrics: { exit: 0, status: 404, redirect: '' },
}
const failing = (changed: Record<string, Visit>) =>
  frontDoorChecks(new Map(Object.entries({ ...good, ...changed })), 8443, 90)
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ name, evidence }) => `${name}: ${evidence}`)

it('passes when everything is as it should be', () => {
  expect(failing({})).toEqual([])
})

it.each([
  ['a certificate of somebody else', { page: { exit: 60, status: 0, redirect: '' } }, /^TLS: chain.*60/],
  [
    'a certificate for every name',
    { stranger: { exit: 0, status: 421, redirect: '' } },
    /^TLS: another name.*421/,
  ],
  [
    'a redirect elsewhere',
    { plain: { exit: 0, status: 301, redirect: 'https://dwaybank.localhost/' } },
    /plain HTTP/,
  ],
  ['metrics in the open', { metrics: { exit: 0, status: 200, redirect: '' } }, /metrics: it answered 200/],
])('fails on %s', (_what, changed, message) => {
  expect(failing(changed)[0]).toMatch(message)
})

it('could not verify what was not visited', () => {
  const verdicts = frontDoorChecks(new Map(), 443, 90).map(({ verdict }) => verdict)
  expect(new Set(verdicts)).toEqual(new Set(['could not verify']))
})

it('visits every address on the loopback, by the ports that were given', () => {
  const script = visitScript(visitsOf(8088, 8443), 'CERTIFICATE\n')
  expect(script).toContain(
    "visit page dwaybank.localhost:8443:127.0.0.1 'https://dwaybank.localhost:8443/'\n",
  )
  expect(script).toContain(
    "visit plain dwaybank.localhost:8088:127.0.0.1 'http://dwaybank.localhost:8088/'\n",
  )
  expect(parseVisits('page 0 200 \nplain 0 301 https://x/\n').get('plain')).toEqual({
    exit: 0,
    status: 301,
    redirect: 'https://x/',
  })
})

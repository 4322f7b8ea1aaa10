import { forwardedOrigin } from './codespace.ts'
import { names } from './settings.ts'
import { openAddresses } from './stack.ts'
import { tiltAddress } from './tilt-address.ts'

/** One thing that a person can open, and how they get in. */
export interface Address {
  name: string
  url: string
  login: string
}

/** Everything that a person can open. Passwords are not among it: ./dway secrets show prints them. */
export async function addresses(): Promise<Address[]> {
  const { bank, pgadmin, redisCommander, tools, dashboards, prometheus, alerts, logs, traces, mailbox } =
    await openAddresses()
  const watching = {
    'All tools': tools,
    Dashboards: dashboards,
    Prometheus: prometheus,
    Alerts: alerts,
    Logs: logs,
    Traces: traces,
    Mailbox: mailbox,
  }
  return [
    { name: 'The bank', url: bank, login: 'register there, or ./dway seed' },
    { name: 'Tilt', url: await tiltAddress(), login: 'none' },
    { name: 'pgAdmin', url: pgadmin, login: './dway secrets show pgadmin-login' },
    { name: 'redis-commander', url: redisCommander, login: './dway secrets show redis-commander-login' },
    ...Object.entries(watching).flatMap(([name, url]) =>
      url === undefined ? [] : [{ name, url, login: './dway secrets show tools-login' }],
    ),
  ]
}

/** Prints addresses as a table, with what to do next. */
export function printAddresses(found: readonly Address[]): void {
  const width = (key: keyof Address) => Math.max(...found.map((address) => address[key].length))
  console.log('')
  for (const { name, url, login } of found) {
    console.log(`  ${name.padEnd(width('name'))}  ${url.padEnd(width('url'))}  ${login}`)
  }
  console.log(`
  Next: open the bank${forwardedOrigin('bank') ? '' : " (its certificate is of this machine's own CA)"}, change a file under services/ and watch it
  go live. ./dway seed fills the bank, ./dway verify proves its connections, ./dway test runs every test.`)
  console.log(`  This checkout's cluster is ${names.cluster}.`)
}

import { forwardedOrigin } from './codespace.ts'
import { ownContainer } from './engine.ts'
import { names } from './settings.ts'
import { $ } from './shell.ts'
import { openAddresses } from './stack.ts'

/** One thing that a person can open, and how they get in. */
export interface Address {
  name: string
  url: string
  login: string
}

/** Where Tilt's page is for a browser: on the engine's host, or wherever a Codespace forwards it to. */
async function tiltAddress(): Promise<string> {
  const forwarded = forwardedOrigin('tilt')
  if (forwarded) return forwarded
  const output = await $`docker port ${ownContainer()} 10350/tcp`.nothrow()
  const published = output.stdout.split('\n')[0]?.trim()
  return `http://${published || 'localhost:10350'}`
}

/** Everything that a person can open. Passwords are not among it: ./dway secrets show prints them. */
export async function addresses(): Promise<Address[]> {
  const { bank, pgadmin, redisCommander, prometheus, alerts, mailbox, traces } = await openAddresses()
  const watching = { Prometheus: prometheus, Alerts: alerts, Mailbox: mailbox, Traces: traces }
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

// Sends each line of the pods' logs to Elasticsearch, once: how far it is, it writes down when the store has the lines, and
// a line that is sent again has the id that it had before. So there is no order in which it has to end.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Positions } from './positions.ts'
import { nextShipment } from './shipper.ts'
import { send } from './store.ts'

if (!process.env['DWAY_IMAGE']) {
  process.stderr.write('The bank runs in containers: ./dway up\n')
  process.exit(1)
}

const LOGS = '/var/log/pods'
const EVERY_MS = 1000
/** Longer than any try takes. */
const STUCK_MS = 120_000
const HEALTH_PORT = 8080

const say = (level: 'info' | 'warn', msg: string) => {
  console.log(JSON.stringify({ level, time: new Date().toISOString(), service: 'log-shipper', msg }))
}

function setting(name: string): string {
  const value = process.env[name]
  if (value) return value
  say('warn', `${name} is not set`)
  process.exit(1)
}

const loginFolder = setting('ELASTICSEARCH_LOGIN')
const loginPart = (name: string) => fs.readFileSync(path.join(loginFolder, name), 'utf8')
let lastSign = Date.now()
const settings = {
  url: setting('ELASTICSEARCH_URL'),
  login: () => ({ username: loginPart('username'), password: loginPart('password') }),
  warn: (text: string) => say('warn', text),
  alive: () => (lastSign = Date.now()),
}
const namespaces = setting('NAMESPACES').split(',')
const positions = new Positions(path.join(setting('STATE'), 'positions.json'))

process.on('SIGTERM', () => process.exit(0))
http
  .createServer((_, response) => {
    response.statusCode = Date.now() - lastSign < STUCK_MS ? 200 : 503
    response.end()
  })
  .listen(HEALTH_PORT)

say('info', `the logs of ${namespaces.join(' and ')} go to ${settings.url}`)
for (;;) {
  settings.alive()
  const { documents, moved, there, more, strange } = nextShipment(LOGS, namespaces, positions)
  if (strange > 0) say('warn', `${strange} lines are not as the node writes them: they are left out`)
  await send(documents, settings)
  if (moved.size > 0) positions.keep(moved, there)
  if (!more) await sleep(EVERY_MS)
}

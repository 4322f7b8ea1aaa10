// Hands redis-commander its connection and login as configuration: arguments would show in the process list.
const fs = require('node:fs')

if (!process.env.DWAY_IMAGE) {
  console.error('The bank runs in containers: ./dway up')
  process.exit(1)
}
const needed = ['REDIS_HOST', 'REDIS_PORT', 'REDIS_CA_FILE', 'REDIS_PASSWORD', 'HTTP_USER', 'HTTP_PASSWORD']
const missing = needed.filter((name) => !process.env[name])
if (missing.length > 0) {
  console.error(
    `redis-commander: ${missing.join(', ')} is empty; set it from its Secret or in the Deployment`,
  )
  process.exit(1)
}

process.env.NODE_CONFIG = JSON.stringify({
  noSave: true,
  noLogData: true,
  server: { address: '0.0.0.0', port: 8081, trustProxy: true },
  connections: [
    {
      label: 'dwaybank',
      host: process.env.REDIS_HOST,
      port: Number(process.env.REDIS_PORT),
      password: process.env.REDIS_PASSWORD,
      tls: { ca: fs.readFileSync(process.env.REDIS_CA_FILE, 'utf8') },
      dbIndex: 0,
    },
  ],
})
process.once('SIGTERM', () => process.exit(0))
require('redis-commander/bin/redis-commander.js')

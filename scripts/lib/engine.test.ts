import { expect, it } from 'vitest'
import { meansTaken } from './engine.ts'

const daemon = 'docker: Error response from daemon: '

it.each([
  'driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:443 failed: port is already allocated.',
  'failed to set up container networking: failed to bind host port for 127.0.0.1:5001: address already in use.',
  'Ports are not available: exposing port TCP 127.0.0.1:80 -> 0.0.0.0:0: listen tcp 127.0.0.1:80: bind: permission denied',
  'driver failed: listen tcp4 127.0.0.1:80: bind: cannot assign requested address',
])('takes another port after: %s', (words) => {
  expect(meansTaken(`${daemon}${words}\n\nRun 'docker run --help' for more information\n`)).toBe(true)
})

it.each([
  'Unable to find image locally',
  'No such image: dway/base:x',
  'Conflict. The container name "/dway" is already in use by container "f00".',
  'permission denied while trying to connect to the Docker daemon socket',
  'no space left on device',
])('looks for no other port after: %s', (words) => {
  expect(meansTaken(`${daemon}${words}\n`)).toBe(false)
})

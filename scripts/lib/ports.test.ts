import { expect, it } from 'vitest'
import { containerIdIn } from './engine.ts'
import { describeContainer, meansTaken } from './ports.ts'

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

it.each([
  ['dway-1-control-plane\t\t\tdway-1', 'the container dway-1-control-plane of the checkout /made/dway-1'],
  ['dway-1-registry\t/one\t\t', 'the container dway-1-registry of the checkout /one'],
  ['dway-1-toolbox\t\t/one\t', 'the container dway-1-toolbox of the checkout /one'],
  ['squatter\t\t\t', 'the container squatter'],
  ['kind-control-plane\t\t\tkind', 'the container kind-control-plane'],
])('says whose container holds a port: %j', async (line, words) => {
  const checkoutOf = (cluster: string) =>
    Promise.resolve(cluster.startsWith('dway-') ? `/made/${cluster}` : '')
  expect(await describeContainer(line, checkoutOf)).toBe(words)
})

it('knows its own container where the host name is not its own', () => {
  const id = '4'.repeat(64)
  const line = (root: string) => `4704 4578 254:0 ${root} /etc/hostname rw,relatime - ext4 /dev/vda rw\n`
  expect(containerIdIn(line(`/var/lib/docker/containers/${id}/hostname`))).toBe(id)
  expect(containerIdIn(line(`/home/ada/.local/share/docker/containers/${id}/hostname`))).toBe(id)
  expect(containerIdIn(line('/etc/hostname'))).toBeUndefined()
})

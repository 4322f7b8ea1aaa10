import { expect, it } from 'vitest'
import { faultIn } from './surroundings.ts'

it.each([
  [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'the Docker engine stopped: ./dway up starts it again. The data is kept',
  ],
  [
    'docker: write /var/lib/docker/tmp/x: no space left on device',
    "the Docker engine's disk is full: ./dway prune frees what caches keep; then run the same command again",
  ],
  [
    'Failed to create control group inotify object: Too many open files',
    "the engine's machine has no inotify instance left for another cluster: raise the limit with 'sudo sysctl fs.inotify.max_user_instances=512', or take another cluster down, then ./dway up",
  ],
  [
    'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-11-24T12:00:00Z',
    "this machine's clock says 2020-01-01T00:00:00Z, but a certificate of the cluster says 2026-11-24T12:00:00Z: set the clock",
  ],
])('knows the fault behind: %s', (words, line) => {
  expect(faultIn(words)).toBe(line)
})

it('sees no fault of the surroundings in anything else', () => {
  expect(faultIn('Error from server (NotFound): pods "x" not found')).toBeUndefined()
})

import { describe, expect, it } from 'vitest'
import { ownContainer } from '../../scripts/lib/engine.ts'
import { inContainer, podOf } from '../../scripts/lib/pods.ts'
import { names, root, toolboxImage } from '../../scripts/lib/settings.ts'
import { $, getJson } from '../../scripts/lib/shell.ts'
import { ask, bankHost, origin } from '../support/front-door.ts'
import { newCredentials, refusalOf } from '../support/visitor.ts'

const forwarded = 'orange-space-8000.app.github.dev'

describe('outside of a Codespace', () => {
  it('nothing listens for a forwarded port, and the bank knows no name but its own', async () => {
    const { data } = await getJson<{ data: Record<string, string> }>([
      ...['configmap', 'front-door', '--namespace', names.namespace],
    ])
    expect(data).toEqual({ host: bankHost, 'https-port': new URL(origin).port || '443', origins: origin })
    const connect = ['bash', '-c', '</dev/tcp/127.0.0.1/8083']
    const { exitCode, stderr } = await inContainer(await podOf('proxy'), 'proxy', connect)
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('Connection refused')
  })

  it('what claims to be forwarded is refused', async () => {
    const claimed = { 'x-forwarded-host': forwarded, 'x-forwarded-proto': 'https' }
    expect((await ask('/', { headers: { host: forwarded } })).status).toBe(421)
    expect((await ask('/', { headers: { host: 'localhost:8000', ...claimed } })).status).toBe(200)
    for (const from of [`https://${forwarded}`, 'http://localhost:8000', 'https://localhost:8000']) {
      const answer = await ask('/api/register', {
        method: 'POST',
        headers: { ...claimed, origin: from },
        body: newCredentials(),
      })
      expect(refusalOf(answer, 403), from).toBe('origin_not_allowed')
    }
  })
})

describe("a toolbox on the engine host's own network, as in a Codespace", () => {
  it('reaches the cluster by its plain address, and needs no network of its own', async () => {
    const socket =
      await $`docker inspect --format ${'{{range .Mounts}}{{if eq .Destination "/var/run/docker.sock"}}{{.Source}}{{end}}{{end}}'} ${ownContainer()}`
    const options = ['--rm', '--network', 'host', '--user', '0:0', '--workdir', root]
    const mounts = [
      `type=bind,source=${socket.stdout.trim()},target=/var/run/docker.sock`,
      `type=bind,source=${root},target=${root}`,
      'type=tmpfs,target=/home/dwaybank/.kube',
    ].flatMap((mount) => ['--mount', mount])
    const script = 'node scripts/connect.ts && kubectl config view --minify && kubectl get --raw /readyz'
    const output = await $`docker run ${options} ${mounts} ${toolboxImage()} sh -c ${script}`.nothrow()
    expect(output.stderr).toContain('the cluster of this checkout runs')
    expect(output.stdout).toMatch(/server: https:\/\/127\.0\.0\.1:\d+/)
    expect(output.stdout).toMatch(/ok$/)
  })
})

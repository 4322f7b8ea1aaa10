import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root, statePath, toolboxImage } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { serveEngineAt } from '../support/socket.ts'

/** Whether a user of a new toolbox reaches the engine by this socket once the container's onCreateCommand has run. */
async function reaches(socket: string, user: string): Promise<{ before: boolean; after: boolean }> {
  const mounts = [
    `type=bind,source=${socket},target=/var/run/docker.sock`,
    `type=bind,source=${root},target=${root}`,
  ]
  const options = ['--detach', '--rm', '--init', ...mounts.flatMap((mount) => ['--mount', mount])]
  const container = (await $`docker run ${options} ${toolboxImage()} sleep 300`).stdout.trim()
  try {
    const works = async () => {
      const output = await $`docker exec --user ${user} ${container} docker version`.nothrow()
      return output.exitCode === 0
    }
    const before = await works()
    const script = path.join(root, '.devcontainer/on-create.sh')
    await $`docker exec --user root ${container} sh ${script} ${user} ${root}`
    return { before, after: await works() }
  } finally {
    await $`docker rm --force ${container}`
  }
}

it.each([
  ['of a group that the container has not', '0:4321', 'dwaybank', false],
  ['of a group that the container has under another name', '0:20', 'dwaybank', false],
  ["of root's group, as in an engine's virtual machine", '0:0', 'dwaybank', false],
  ['of another user altogether, to root', '4321:4321', 'root', true],
])('a socket %s is opened by onCreateCommand', async (_what, owner, user, before) => {
  const socket = statePath('a socket', 'docker.sock')
  const close = await serveEngineAt(socket, owner)
  try {
    expect(await reaches(socket, user)).toEqual({ before, after: true })
  } finally {
    close()
  }
})

it('a socket that is a link is followed', async () => {
  const socket = statePath('a socket', 'docker.sock')
  const link = statePath('a socket', 'link.sock')
  const close = await serveEngineAt(socket, '0:4321')
  try {
    execFileSync('ln', ['-sfn', socket, link])
    expect(await reaches(link, 'dwaybank')).toEqual({ before: false, after: true })
  } finally {
    close()
  }
})

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'

/**
 * Serves the engine at another socket as well: in another place, of another owner, as other engines have it.
 * @param file the other socket
 * @param owner user and group, as chown takes them
 */
export async function serveEngineAt(file: string, owner: string): Promise<() => void> {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.rmSync(file, { force: true })
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect({ path: '/var/run/docker.sock', allowHalfOpen: true })
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
  })
  server.listen(file)
  await once(server, 'listening')
  fs.chmodSync(file, 0o660)
  execFileSync('sudo', ['chown', owner, file])
  return () => {
    server.close()
    execFileSync('sudo', ['rm', '-f', file])
  }
}

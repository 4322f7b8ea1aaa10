import { createHash } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

/** A package as this registry serves it: one version, of one file besides its package.json. */
export interface Release {
  name: string
  version: string
  /** How long ago it came out. */
  days: number
  /** Further fields of its package.json. */
  manifest?: Record<string, unknown>
}

/** An npm registry on 127.0.0.1 that knows a few small packages. */
export interface Registry {
  url: string
  close: () => Promise<void>
}

/** Starts a registry that serves the given releases. */
export async function startRegistry(releases: readonly Release[]): Promise<Registry> {
  const server = http.createServer((request, response) => {
    const [name = '', archive] = decodeURIComponent(request.url ?? '')
      .slice(1)
      .split('/-/')
    const known = releases.filter((release) => release.name === name)
    const found =
      archive === undefined ? known[0] : known.find((release) => archive === `${release.version}.tgz`)
    if (found === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}')
    } else if (archive === undefined) {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(packument(known, url())))
    } else {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball(found))
    }
  })
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: url(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function packument(releases: readonly Release[], url: string): object {
  const newest = releases.at(-1)
  return {
    name: newest?.name,
    'dist-tags': { latest: newest?.version },
    time: Object.fromEntries(
      releases.map(({ version, days }) => [version, new Date(Date.now() - days * 86_400_000).toISOString()]),
    ),
    versions: Object.fromEntries(
      releases.map((release) => {
        const integrity = `sha512-${createHash('sha512').update(tarball(release)).digest('base64')}`
        const dist = { tarball: `${url}/${release.name}/-/${release.version}.tgz`, integrity }
        return [release.version, { ...manifestOf(release), dist }]
      }),
    ),
  }
}

const manifestOf = ({ name, version, manifest }: Release) => ({ name, version, ...manifest })

/** The package's archive: a tar with one file, compressed. */
function tarball(release: Release): Buffer {
  const content = Buffer.from(JSON.stringify(manifestOf(release)))
  const header = Buffer.alloc(512)
  header.write('package/package.json', 0)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write(' '.repeat(8), 148)
  header.write('0', 156)
  header.write('ustar\0' + '00', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
  return gzipSync(Buffer.concat([header, content, padding, Buffer.alloc(1024)]), { level: 9 })
}

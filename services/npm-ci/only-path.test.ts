import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

// That the way into the bank is the only one. What isn't in an image is called here as it is on a host.
const root = path.resolve(import.meta.dirname, '../..')
const read = (name: string) => fs.readFileSync(path.join(root, name), 'utf8')
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((name) => name !== '' && fs.existsSync(path.join(root, name)))

interface Package {
  workspaces: string[]
  scripts: Record<string, string>
}
const { workspaces } = JSON.parse(read('package.json')) as Package
const packages = ['.', ...workspaces]

const { DWAY_IMAGE: _image, DWAY_TOOLBOX: _toolbox, ...host } = process.env
const call = (command: string, folder = '.') => {
  const [program = '', ...args] = command.split(' ')
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: path.join(root, folder),
    env: host,
    encoding: 'utf8',
  })
  return { status, stdout, stderr, lines: `${stdout}${stderr}`.trimEnd().split('\n') }
}

describe('on a host', () => {
  it.each([
    'node services/api/src/server.ts',
    'node services/api/src/db/migrate.ts',
    'node services/api/dev/live-reload.ts',
    'node services/log-shipper/src/main.ts',
    'node services/redis-commander/start.cjs',
    'node services/web/vite.config.ts',
    'bash services/alertmanager/entrypoint.sh',
    'bash services/perses/entrypoint.sh',
    'bash services/elasticsearch/entrypoint.sh',
    'bash services/pgadmin/entrypoint.sh',
    'bash services/postgres/entrypoint.sh',
    'bash services/proxy/entrypoint.sh',
    'bash services/proxy/dev/start.sh',
    'bash services/redis/entrypoint.sh',
  ])('%s says one line and starts nothing', (command) => {
    const { status, stdout, stderr } = call(command)
    expect(stdout).toBe('')
    expect(stderr).toBe('The bank runs in containers: ./dway up\n')
    expect(status).toBe(1)
  })

  it('vite, wherever somebody has it from, starts no server', () => {
    const { status, lines } = call(
      'node ../../node_modules/vite/bin/vite.js --configLoader native',
      'services/web',
    )
    expect(lines.at(-1)).toBe('The bank runs in containers: ./dway up')
    expect(status).toBe(1)
  })

  it.each(packages.flatMap((folder) => ['run dev', 'start'].map((script) => [script, folder] as const)))(
    'npm %s in %s ends with the line',
    (script, folder) => {
      const { status, lines } = call(`npm ${script}`, folder)
      expect(lines.at(-1)).toContain('The bank runs in containers: ./dway up')
      expect(status).not.toBe(0)
    },
  )

  it.each(packages)('npm test in %s ends with the line', (folder) => {
    const { status, lines } = call('npm test', folder)
    expect(lines.at(-1)).toContain('The tests run in containers: ./dway test')
    expect(status).not.toBe(0)
  })
})

describe('the repository', () => {
  it('starts services from the places that were tried above', () => {
    const started = files
      .filter((name) => /^services\/[^/]+\/Dockerfile$/.test(name))
      .flatMap((name) => read(name).match(/^(?:CMD|ENTRYPOINT) .*$/gm) ?? [])
    expect([...new Set(started)].sort()).toEqual([
      'CMD ["nginx", "-e", "stderr"]',
      'CMD ["node", "/app/node_modules/vite/bin/vite.js", "--configLoader", "native"]',
      'CMD ["node", "services/api/dev/live-reload.ts"]',
      'CMD ["node", "services/api/src/server.ts"]',
      'ENTRYPOINT ["entrypoint"]',
      'ENTRYPOINT ["java", "-Xmx192m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-jar", "zipkin.jar"]',
      'ENTRYPOINT ["kube-state-metrics"]',
      'ENTRYPOINT ["node", "node_modules/maildev/dist/bin/maildev.js"]',
      'ENTRYPOINT ["node", "services/log-shipper/src/main.ts"]',
      'ENTRYPOINT ["node", "services/redis-commander/start.cjs"]',
      'ENTRYPOINT ["prometheus", "--config.file=/etc/prometheus/prometheus.yaml", "--storage.tsdb.path=/data"]',
      'ENTRYPOINT ["renew-certificate"]',
      'ENTRYPOINT ["start-dev"]',
    ])
  })

  it("has one lockfile, besides the one that Tilt's page is built with", () => {
    const lockfiles = files.filter((name) =>
      /(^|\/)(package-lock|npm-shrinkwrap|yarn|pnpm-lock|bun)\.(json|lock|lockb|yaml)$/.test(name),
    )
    expect(lockfiles).toEqual(['package-lock.json', 'toolchain/tilt/ui/package-lock.json'])
    const manifests = files
      .filter((name) => /(^|\/)package\.json$/.test(name))
      .map((name) => path.dirname(name))
    expect(manifests.sort()).toEqual([...packages, 'toolchain/tilt/ui'].sort())
  })

  it.each(['package-lock.json', 'toolchain/tilt/ui/package-lock.json'])(
    '%s names no registry, and knows what each package is',
    (name) => {
      const { packages: locked } = JSON.parse(read(name)) as {
        packages: Record<string, { resolved?: string; link?: boolean; integrity?: string }>
      }
      const installed = Object.entries(locked).filter(([place]) => place.includes('node_modules/'))
      expect(installed.length).toBeGreaterThan(10)
      for (const [place, { resolved, link, integrity }] of installed) {
        if (link) expect(workspaces, place).toContain(resolved)
        else {
          expect(resolved, place).toBeUndefined()
          expect(integrity, place).toMatch(/^sha512-/)
        }
      }
    },
  )

  it('installs packages by npm ci alone, which is called in one place', () => {
    const code = files.filter(
      (name) =>
        !/\.(md|lock)$|package-lock\.json$|\.test\.ts$|^toolchain\/(tilt|[^/]*\/go\.)|^scripts\/lib\/npm-words|^scripts\/npm\.ts/.test(
          name,
        ),
    )
    const found = (pattern: RegExp) =>
      code.flatMap((name) =>
        read(name)
          .split('\n')
          // What is only said to a user calls nothing.
          .map((line) => line.replaceAll(/\.\/dway npm install/g, ''))
          .filter((line) => pattern.test(line))
          .map((line) => `${name}: ${line.trim()}`),
      )
    expect(
      found(/\bnpm (i|install|add|update|up|exec|link|rebuild)\b|\b(npx|yarn|pnpm|bun|corepack) /),
    ).toEqual([
      // The stubs that fail when somebody calls a tool of the host.
      expect.stringMatching(/^\.ci\/run: for tool in /),
    ])
    expect(found(/'ci'|\bnpm ci\b/).map((line) => line.split(':')[0])).toEqual([
      'services/npm-ci/npm-ci.ts',
      'services/npm-ci/npm-ci.ts',
    ])
  })
})

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../settings.ts'
import { findBypasses, placesOf } from './find.ts'
import { bypasses } from './table.ts'
import { readTree, type Tree } from './tree.ts'

const tree = readTree(root)

/** Without these a tree has a bypass by what is missing in it; the others are quicker left out. */
const needed = /^(k8s\/|\.npmrc$)/
const few = new Map([...tree.files].filter(([file]) => needed.test(file)))

/** What is found in a tree of few files, one of which is other than it was. */
function foundBy(file: string, change: (text: string) => string): string[] {
  const before = tree.files.get(file) ?? ''
  const after = change(before)
  if (after === before) throw new Error(`nothing was planted in ${file}`)
  const planted: Tree = { root, files: new Map(few).set(file, after) }
  return bypasses.filter((one) => placesOf(one, planted).length > 0).map(({ id }) => id)
}

const becomes = (text: string) => () => text
const gets = (line: string) => (text: string) => `${text}\n${line}\n`
const changes = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to)
const typed = (command: string) => gets(`\n    ${command}`)
const patch = (text: string) => `---\npatches:\n  - target: { kind: Pod }\n    patch: |\n      ${text}`
const pod = (field: string) => becomes(`kind: Pod\nmetadata: { name: planted }\nspec: { ${field} }`)
const service = (spec: string) => becomes(`kind: Service\nmetadata: { name: planted }\nspec: ${spec}`)
const policy = (rule: string) =>
  becomes(`kind: NetworkPolicy\nmetadata: { name: planted }\nspec: { ingress: [${rule}] }`)

// Put together here, so that no scanner takes them for what they imitate.
const random = ['c2VjcmV0LW9m', 'LW5vYm9keTE5', 'Nzc0MnF4eg'].join('')
const plants: [bypass: string, what: string, file: string, change: (text: string) => string][] = [
  [
    'service-outside-container',
    'an npm script',
    'services/api/package.json',
    changes(/"dev": "[^"]*"/, '"dev": "node src/server.ts"'),
  ],
  ['service-outside-container', 'a launch configuration', '.vscode/launch.json', becomes('{}')],
  ['service-outside-container', 'a file of pm2', 'ecosystem.config.cjs', becomes('module.exports = {}')],
  [
    'service-outside-container',
    'a unit of systemd',
    'toolchain/dwaybank.service',
    becomes('[Service]\nExecStart=/usr/bin/api'),
  ],
  [
    'service-outside-container',
    'a shell file',
    'toolchain/start.sh',
    becomes('node services/api/src/server.ts'),
  ],
  ['service-outside-container', 'a document', 'README.md', typed('npm run dev')],
  [
    'service-outside-container',
    'a container of PostgreSQL',
    'docs/troubleshooting.md',
    typed('docker run postgres'),
  ],
  ['second-orchestrator', 'a Compose file', 'docker-compose.test.yml', becomes('services: {}')],
  ['second-orchestrator', 'a newer Compose file', 'services/compose.yaml', becomes('services: {}')],
  ['second-orchestrator', 'a Helm chart', 'k8s/chart/Chart.yaml', becomes('name: bank')],
  ['second-orchestrator', 'a Skaffold file', 'skaffold.yaml', becomes('kind: Config')],
  ['second-orchestrator', 'a stack of Swarm', 'scripts/lib/stack.ts', gets('// docker stack deploy')],
  [
    'published-container-port',
    'docker run -p',
    'toolchain/host/images.sh',
    gets('docker run -d -p 5432:5432 db'),
  ],
  [
    'published-container-port',
    '--publish in a script',
    'scripts/lib/redis.ts',
    gets("const words = ['--publish', '6379:6379']"),
  ],
  ['host-install', 'a document', 'README.md', typed('npm install')],
  ['host-install', 'a step of CI', '.github/workflows/ci.yml', gets('      - run: npm ci')],
  [
    'edited-lockfile',
    'an address',
    'package-lock.json',
    changes('"integrity": "sha512-', '"resolved": "x", "integrity": "sha512-'),
  ],
  [
    'loosened-npm-settings',
    'install scripts',
    '.npmrc',
    changes('ignore-scripts=true', 'ignore-scripts=false'),
  ],
  ['loosened-npm-settings', 'releases of today', '.npmrc', changes('min-release-age=3', 'min-release-age=0')],
  ['loosened-npm-settings', 'packages from git', '.npmrc', changes('allow-git=none', '')],
  ['loosened-npm-settings', 'a second file', 'services/api/.npmrc', becomes('ignore-scripts=false')],
  ['edited-live-object', 'a runbook', 'docs/runbooks/api-down.md', typed('kubectl edit deployment/api')],
  [
    'edited-live-object',
    'a script of CI',
    '.ci/run',
    gets('./dway shell kubectl -n dwaybank patch deployment/api'),
  ],
  [
    'stand-in-store',
    'a dependency',
    'services/api/package.json',
    changes('"fastify"', '"pg-mem": "1.0.0", "fastify"'),
  ],
  [
    'stand-in-store',
    'the database of Node',
    'services/api/src/db/lite.ts',
    becomes("import { DatabaseSync } from 'node:sqlite'"),
  ],
  [
    'stand-in-store',
    'a mocked client',
    'services/api/src/sessions/redis.test.ts',
    gets("vi.mock('ioredis')"),
  ],
  [
    'stand-in-store',
    'sessions in memory',
    'services/api/src/app.ts',
    gets('const store = new MemoryStore()'),
  ],
  [
    'other-api-port',
    'a port of the container',
    'k8s/base/api/deployment.yaml',
    changes('containerPort: 3000', 'containerPort: 3001'),
  ],
  [
    'other-api-port',
    'a default',
    'services/api/src/config.ts',
    changes('PORT: port(3000)', 'PORT: port(8080)'),
  ],
  [
    'other-api-port',
    'what the proxy asks',
    'services/proxy/conf/upstreams.conf',
    changes('api:3000', 'api:4000'),
  ],
  [
    'development-branch',
    'a branch',
    'services/api/src/app.ts',
    gets("if (process.env.NODE_ENV === 'development') test()"),
  ],
  ['unpinned-tool', 'an action', '.github/workflows/ci.yml', gets('      - uses: actions/checkout@v5')],
  [
    'unpinned-tool',
    'an action of Trivy by its tag',
    '.github/workflows/scan.yml',
    becomes('- uses: aquasecurity/trivy-action@0.34.0'),
  ],
  [
    'unpinned-tool',
    "Trivy's image by its tag",
    'scripts/lib/scan.sh',
    becomes('docker pull aquasec/trivy:0.69.4'),
  ],
  [
    'unpinned-tool',
    'a script from a branch',
    'toolchain/get.sh',
    becomes('curl -sSfL https://example.com/install.sh | sh'),
  ],
  [
    'weakened-pod-security',
    'another level',
    'k8s/base/namespace.yaml',
    changes('enforce: restricted', 'enforce: baseline'),
  ],
  ['weakened-pod-security', 'a label less', 'k8s/base/namespace.yaml', changes(/.*\/enforce: .*\n/, '')],
  ['weakened-security-context', 'root', 'k8s/base/planted.yaml', pod('securityContext: { runAsUser: 0 }')],
  [
    'weakened-security-context',
    'a writable root',
    'k8s/components/hardened/pod.yaml',
    changes('readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'),
  ],
  [
    'weakened-security-context',
    'a capability',
    'k8s/base/planted.yaml',
    pod('securityContext: { capabilities: { add: [NET_ADMIN] } }'),
  ],
  [
    'weakened-security-context',
    'a patch of one field',
    'k8s/overlays/dev/kustomization.yaml',
    gets(patch('- { op: add, path: /spec/containers/0/securityContext/privileged, value: true }')),
  ],
  [
    'weakened-security-context',
    'a patch of one that is added to a list',
    'k8s/overlays/dev/kustomization.yaml',
    gets(patch('- { op: add, path: /spec/containers/-, value: { securityContext: { runAsUser: 0 } } }')),
  ],
  [
    'node-shared',
    'its network, by a patch',
    'k8s/overlays/dev/kustomization.yaml',
    gets(patch('kind: Pod\n      spec: { hostNetwork: true }')),
  ],
  ['node-shared', 'its network', 'k8s/base/planted.yaml', pod('hostNetwork: true')],
  ['node-shared', 'its files', 'k8s/base/planted.yaml', pod('volumes: [{ name: x, hostPath: { path: / } }]')],
  ['second-way-in', 'a node port', 'k8s/base/planted.yaml', service('{ type: NodePort }')],
  [
    'second-way-in',
    'a port of the node',
    'k8s/base/planted.yaml',
    pod('containers: [{ ports: [{ hostPort: 80 }] }]'),
  ],
  [
    'second-way-in',
    'an Ingress',
    'k8s/base/planted.yaml',
    becomes('kind: Ingress\nmetadata: { name: planted }'),
  ],
  [
    'toothless-admission',
    'a warning',
    'k8s/components/admission/bindings-dev.yaml',
    changes('[Deny]', '[Warn]'),
  ],
  [
    'toothless-admission',
    'a failure passed over',
    'k8s/components/admission/policy-least-privilege.yaml',
    changes('failurePolicy: Fail', 'failurePolicy: Ignore'),
  ],
  [
    'toothless-admission',
    'an overlay without it',
    'k8s/overlays/production/kustomization.yaml',
    changes(/.*components\/admission\n/, ''),
  ],
  [
    'credential-in-file',
    'a token',
    'services/api/src/app.ts',
    gets(`const t = '${['ghp', 'a1B2'.repeat(9)].join('_')}'`),
  ],
  ['credential-in-file', 'a password', 'k8s/base/planted.yaml', becomes(`data: { password: ${random} }`)],
  [
    'credential-in-file',
    'a private key',
    'services/x.pem',
    becomes(['-----BEGIN ', 'PRIVATE KEY-----\n', random, random].join('')),
  ],
  [
    'credential-in-file',
    'a login in an address',
    '.npmrc',
    gets(['# https://ada:', 'hunter22x@registry.example.com'].join('')),
  ],
  ['default-deny-removed', 'the file', 'k8s/base/network/default-deny.yaml', becomes('')],
  [
    'default-deny-removed',
    'its line',
    'k8s/base/network/kustomization.yaml',
    changes('  - default-deny.yaml\n', ''),
  ],
  [
    'default-deny-removed',
    'one direction',
    'k8s/base/network/default-deny.yaml',
    changes('[Ingress, Egress]', '[Ingress]'),
  ],
  ['widened-policy', 'everybody', 'k8s/base/network/planted.yaml', policy('{ ports: [{ port: 80 }] }')],
  [
    'widened-policy',
    'an empty selector',
    'k8s/base/network/planted.yaml',
    policy('{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }'),
  ],
  [
    'widened-policy',
    'a range',
    'k8s/base/network/planted.yaml',
    policy('{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 80 }] }'),
  ],
  [
    'widened-policy',
    'every port',
    'k8s/base/network/planted.yaml',
    policy('{ from: [{ podSelector: { matchLabels: { a: b } } }] }'),
  ],
  ['skipped-hooks', 'a script', 'scripts/lib/release.ts', gets('// git commit --no-verify')],
  ['skipped-hooks', 'Husky', '.ci/run', gets('export HUSKY=0')],
  ['skipped-hooks', 'a document', 'CONTRIBUTING.md', typed('git push --no-verify')],
  ['silenced-check', 'a rule', 'scripts/lib/release.ts', gets('foo()\n// eslint-disable-next-line no-undef')],
  ['silenced-check', "one of ShellCheck's", 'dway', gets('# shellcheck disable=SC2086')],
  ['silenced-check', "all of ShellCheck's", 'toolchain/x.sh', becomes('# shellcheck disable=all # why')],
  ['silenced-check', 'types', 'scripts/lib/release.ts', gets('// why not\n// @ts-ignore')],
  [
    'skipped-test',
    'one that is skipped',
    'scripts/lib/table.test.ts',
    gets("it.skip('is skipped', () => {})"),
  ],
  [
    'skipped-test',
    'one that is the only one',
    'scripts/lib/table.test.ts',
    gets("describe.only('alone', () => {})"),
  ],
  ['swallowed-exit-code', 'in CI', '.ci/run', gets('./dway test || true')],
  [
    'swallowed-exit-code',
    'in the workflow',
    '.github/workflows/ci.yml',
    gets('        continue-on-error: true'),
  ],
  ['swallowed-exit-code', 'in a hook', '.githooks/pre-commit', gets('set +e')],
  ['unlogged-output', 'the console', 'services/api/src/app.ts', gets("console.log('here')")],
]

it('nothing of it is done in this tree', { timeout: 60_000 }, async () => {
  const findings = await findBypasses(root)
  expect(findings.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
  expect(findings).toHaveLength(bypasses.length)
})

describe('what is planted is found, and nothing else', () => {
  it.each(plants)('%s: %s', (bypass, _what, file, change) => {
    expect(foundBy(file, change)).toEqual([bypass])
  })

  it('every bypass was planted', () => {
    const wanted = bypasses.map(({ id }) => id)
    expect(wanted.filter((id) => !plants.some(([bypass]) => bypass === id))).toEqual([])
  })
})

describe('what is allowed', () => {
  const allowances = bypasses.flatMap((one) =>
    Object.entries(one.allowed ?? {}).map(([file, why]) => ({ one, file, why })),
  )

  it.each(allowances)('in $file is still done there, and has its reason', ({ one, file, why }) => {
    expect(one.find(tree).map((place) => place.file)).toContain(file)
    expect(why.length).toBeGreaterThan(20)
  })
})

describe('in a copy of the tree', { timeout: 60_000 }, () => {
  let copy: string
  const git = (...words: string[]) => execFileSync('git', ['-C', copy, ...words])
  beforeAll(() => {
    copy = fs.mkdtempSync(path.join(os.tmpdir(), 'bypasses-'))
    for (const [file, text] of tree.files) {
      fs.mkdirSync(path.dirname(path.join(copy, file)), { recursive: true })
      fs.writeFileSync(path.join(copy, file), text)
    }
  })
  afterAll(() => fs.rmSync(copy, { recursive: true }))
  const red = async () =>
    (await findBypasses(copy))
      .filter(({ verdict }) => verdict !== 'passed')
      .map(({ rule, verdict }) => [rule, verdict])

  it('the same is found', async () => {
    expect(await red()).toEqual([])
    fs.writeFileSync(path.join(copy, 'compose.yaml'), 'services: {}\n')
    expect(await red()).toEqual([['no-second-orchestrator', 'failed']])
    fs.rmSync(path.join(copy, 'compose.yaml'))
  })

  it('hooks that lead elsewhere are found, and none or ours are not', async () => {
    git('init', '--quiet')
    expect(await red()).toEqual([])
    git('config', 'core.hooksPath', '.githooks')
    expect(await red()).toEqual([])
    git('config', 'core.hooksPath', '/dev/null')
    expect(await red()).toEqual([['no-skipped-hooks', 'failed']])
    fs.rmSync(path.join(copy, '.git'), { recursive: true })
  })

  it('a package that the lockfile does not know is found, and a file that is broken is not passed over', async () => {
    const file = path.join(copy, 'services/api/package.json')
    const before = fs.readFileSync(file, 'utf8')
    fs.writeFileSync(file, before.replace('"fastify": "', '"fastify": "9'))
    expect(await red()).toEqual([['no-edited-lockfile', 'failed']])
    fs.writeFileSync(file, '{')
    expect(await red()).toContainEqual(['no-stand-in-store', 'could not verify'])
    fs.writeFileSync(file, before)
  })
})

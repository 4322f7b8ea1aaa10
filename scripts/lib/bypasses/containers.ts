import { lockfileProblem } from '../../../services/npm-ci/lockfile.ts'
import type { Bypass, Place } from './bypass.ts'
import { filesLike, linesIn, linesLike, typedLines, type Tree } from './tree.ts'

const CODE = /\.(ts|js|cjs|sh|ya?ml)$|^dway$|^\.ci\/|^\.githooks\/|(^|\/)(Makefile|justfile|Tiltfile)$/
const SETTINGS = ['engine-strict', 'ignore-scripts', 'min-release-age', 'allow-git', 'allow-remote']

/** Programs that would be a service, or start one. */
const starts =
  /\b(nodemon|tsx|ts-node|pm2|forever|redis-server|pg_ctl|postgres -D|vite( |$)|node (--\S+ )*(services|src|server|dist|\.))/

/** The scripts of each package.json, but for those that only say where to go. */
function packageScripts(tree: Tree): Place[] {
  return filesLike(tree, /(^|\/)package\.json$/).flatMap(([file, text]) => {
    const { scripts = {} } = JSON.parse(text) as { scripts?: Record<string, string> }
    return Object.entries(scripts)
      .filter(([, command]) => !command.startsWith('! echo'))
      .map(([name, command]) => ({ file, text: `${name}: ${command}` }))
  })
}

function loosenedSettings(tree: Tree): Place[] {
  const file = '.npmrc'
  const lines = (tree.files.get(file) ?? '').split('\n')
  const strict = new Map(
    lines.filter((line) => /^[\w-]+=/.test(line)).map((line) => line.split('=') as [string, string]),
  )
  const wanted: Record<string, (value: string) => boolean> = {
    'engine-strict': (value) => value === 'true',
    'ignore-scripts': (value) => value === 'true',
    'min-release-age': (value) => Number(value) >= 3,
    'allow-git': (value) => value === 'none',
    'allow-remote': (value) => value === 'none',
    'allow-file': (value) => value === 'none',
  }
  const missing = [...SETTINGS, 'allow-file'].filter((key) => !wanted[key]?.(strict.get(key) ?? ''))
  const others = filesLike(tree, /(^|\/)\.(npmrc|yarnrc.*|pnpmrc)$/).filter(([name]) => name !== file)
  return [
    ...missing.map((key) => ({ file, text: `${key}=${strict.get(key) ?? ''}` })),
    ...others.map(([name]) => ({ file: name, text: 'a second file of settings' })),
  ]
}

function editedLockfile(tree: Tree): Place[] {
  const file = 'package-lock.json'
  const text = tree.files.get(file)
  if (text === undefined) return tree.files.has('package.json') ? [{ file, text: 'is missing' }] : []
  const problem = lockfileProblem(tree.root)
  const { packages = {} } = JSON.parse(text) as {
    packages?: Record<string, { resolved?: string; link?: boolean; integrity?: string }>
  }
  const foreign = Object.entries(packages).filter(
    ([place, { resolved, link, integrity }]) =>
      place.includes('node_modules/') &&
      !link &&
      (resolved !== undefined || !/^sha512-/.test(integrity ?? '')),
  )
  return [
    ...(problem === undefined ? [] : [{ file, text: problem }]),
    ...foreign.map(([place]) => ({ file, text: `${place} has an address, or no sha512` })),
  ]
}

export const containerBypasses: readonly Bypass[] = [
  {
    id: 'service-outside-container',
    what: 'A service is started beside the cluster, by a script, an editor, a supervisor or a document',
    why: 'It has other packages, another user, no policies and no limits: what it does says nothing of the bank.',
    rule: 1,
    remedy: 'start it by ./dway up alone; run a command by ./dway shell',
    find: (tree) => [
      ...packageScripts(tree).filter(({ text }) => starts.test(text.replace(/^\S+: /, ''))),
      ...filesLike(
        tree,
        /(^|\/)(\.vscode\/(launch|tasks)\.json|Procfile.*|ecosystem\.config\.\w+|pm2\.\w+|process\.json)$/,
      ).map(([file]) => ({ file, text: 'starts something by itself' })),
      ...linesLike(tree, /\.(service|socket|timer|plist)$/, /^ExecStart=/),
      ...linesLike(
        tree,
        /^(?!services\/).*(\.sh|\/(Makefile|justfile))$|^(Makefile|justfile)$/,
        /\b(npm (run )?(dev|start)|pm2 start|node services\/(?!npm-ci\/))/,
      ),
      ...typedLines(
        tree,
        /^\s*(\$ )?(npm (run )?(dev|start)\b|node services\/\S+\/src\/|pm2 |redis-server|docker run)/,
      ),
    ],
    allowed: { 'toolchain/node-image/service-guard.service': 'rules of a packet filter in the node image' },
    alsoFoundBy: ['services/npm-ci/only-path.test.ts'],
  },
  {
    id: 'second-orchestrator',
    what: 'Containers are described a second time, for Compose, Swarm, Helm, Skaffold, Nomad or the like',
    why: 'Two descriptions drift apart, and the one that is not checked is the one that people start.',
    rule: 1,
    remedy: 'describe it in k8s/base, and remove the file',
    find: (tree) => [
      ...filesLike(
        tree,
        /(^|\/)((docker-)?compose[^/]*\.ya?ml|docker-stack[^/]*\.ya?ml|Chart\.yaml|helmfile\.ya?ml|skaffold\.ya?ml|devspace\.ya?ml|[^/]+\.nomad(\.hcl)?|Vagrantfile|Procfile.*)$/,
      ).map(([file]) => ({ file, text: 'another orchestrator' })),
      ...linesLike(
        tree,
        CODE,
        /\b(docker[ -]compose|docker (stack|swarm)|helm (install|upgrade)|podman play)\b/,
      ),
    ],
  },
  {
    id: 'published-container-port',
    what: 'A container beside the cluster publishes a port',
    why: 'It is a way in that no policy, no proxy and no check knows.',
    rule: 1,
    remedy: "let it be reached through the proxy, or by Tilt's forwarded ports",
    find: (tree) => linesLike(tree, CODE, /--publish\b|\b(docker|engine) run\b.* (-p|-P)\b|'-p',/),
    allowed: {
      'scripts/lib/ports.ts': 'tries which port is free, and ends at once',
      'scripts/lib/registry.ts': 'the registry that Tilt pushes to, on 127.0.0.1',
      'test/support/trial-engine.ts': 'takes a port away from a bank of its own',
      'toolchain/host/toolbox.sh': 'tries which port is free, and ends at once',
    },
  },
  {
    id: 'host-install',
    what: 'Packages are installed on the host, or by another command than the one that checks the lockfile',
    why: 'What runs is then not what the lockfile names, and install scripts run as the user.',
    rule: 1,
    remedy: './dway npm install NAME@VERSION',
    find: (tree) => {
      const installs =
        /^\s*(\$ )?(- )?(run: )?(sudo )?(npm (i|install|ci|add)|yarn|pnpm|npx|pip3? install|brew install|apt(-get)? (-y )?install)\b/
      return [...typedLines(tree, installs), ...linesLike(tree, /^\.(github|ci|githooks)\//, installs)]
    },
    alsoFoundBy: ['services/npm-ci/only-path.test.ts', '.ci/run'],
  },
  {
    id: 'edited-lockfile',
    what: 'The lockfile was written by hand, or is out of step with package.json',
    why: 'A package can come from anywhere, and images are made of something else than what was reviewed.',
    rule: 1,
    remedy: './dway npm install',
    find: editedLockfile,
    alsoFoundBy: ['services/npm-ci/only-path.test.ts'],
  },
  {
    id: 'loosened-npm-settings',
    what: '.npmrc lets install scripts run, young releases in, or packages from elsewhere than the registry',
    why: 'That is how malicious packages come in.',
    rule: 1,
    remedy: 'put the line back; ./dway npm install says what a package needs',
    find: loosenedSettings,
    alsoFoundBy: ['services/npm-ci/npm-settings.test.ts'],
  },
  {
    id: 'edited-live-object',
    what: 'A document or script repairs what runs in the cluster instead of the manifest',
    why: 'The next apply takes it back, and until then nobody can read what runs.',
    rule: 1,
    remedy: 'change the manifest; Tilt applies it',
    find: (tree) => {
      const edits =
        /\bkubectl\b.* (edit|set (image|resources)|annotate|patch|scale)\b|\bdocker (commit|exec .*(vi|nano|sed -i))\b/
      const local = ({ text }: Place) => !/--local\b/.test(text)
      return [
        ...typedLines(tree, edits),
        ...filesLike(tree, /^(scripts|services|\.githooks|\.ci|\.github)\/.*(\.sh|\.ya?ml|run)$/).flatMap(
          ([file, text]) => linesIn(file, text.split('\n'), edits),
        ),
      ].filter(local)
    },
  },
]

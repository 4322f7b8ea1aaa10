import type { Bypass, Place } from './bypass.ts'
import { filesLike, linesLike, typedLines, type Tree } from './tree.ts'
import { hooksPath, HOOKS_FOLDER } from '../hooks.ts'

const SOURCES = /\.(ts|tsx|js|cjs|mjs)$/
const GATES = /^(\.ci|\.githooks|\.github)\//

/** Comments that silence a check, without a sentence beside them or above. */
function unreasoned(tree: Tree): Place[] {
  return filesLike(tree, SOURCES).flatMap(([file, text]) => {
    const lines = text.split('\n')
    return lines
      .map((line, index) => ({ line: line.trim(), above: lines[index - 1]?.trim() ?? '' }))
      .filter(({ line }) => /eslint-disable|@ts-(ignore|nocheck|expect-error)|\/\* v8 ignore/.test(line))
      .filter(
        ({ line, above }) =>
          /@ts-(ignore|nocheck)|\/\* eslint-disable/.test(line) ||
          (!/ -- \S/.test(line) && !/^(\/\/|\*) /.test(above)),
      )
      .map(({ line }) => ({ file, text: line }))
  })
}

/** A checkout whose hooks lead elsewhere; one where none are set yet, as in CI, commits nothing. */
function divertedHooks(tree: Tree): Place[] {
  const found = hooksPath(tree.root)
  if (found === undefined || found === HOOKS_FOLDER) return []
  return [{ file: '.git/config', text: `core.hooksPath is ${found || 'empty'}` }]
}

/** The same for ShellCheck, whose comment takes its reason after a second hash. */
const unreasonedScripts = (tree: Tree): Place[] =>
  linesLike(
    tree,
    /(^|\/)[^.]+$|\.sh$|^\.(ci|githooks)\//,
    /# *shellcheck +[^#]*disable=[^#]*$|# *shellcheck +[^#]*disable=all/,
  )

export const silenceBypasses: readonly Bypass[] = [
  {
    id: 'skipped-hooks',
    what: 'Hooks are skipped by --no-verify or HUSKY=0, or core.hooksPath leads elsewhere',
    why: 'What they would have refused is seen minutes later, in CI, which runs the same checks.',
    rule: 5,
    remedy: `git config core.hooksPath ${HOOKS_FOLDER}`,
    find: (tree) => [
      ...divertedHooks(tree),
      ...linesLike(
        tree,
        /\.(ts|sh|ya?ml|json)$|^dway$|^\.(ci|githooks)\//,
        /\bgit\b.*(--no-verify|commit .*-n\b)|HUSKY(_SKIP_HOOKS)?=|core\.hooksPath[ =]+(\/dev\/null|''|"")/,
      ),
      ...typedLines(tree, /--no-verify|HUSKY=0|core\.hooksPath[ =]+\/dev\/null/),
    ],
    alsoFoundBy: ['.ci/run'],
  },
  {
    id: 'silenced-check',
    what: 'A rule of ESLint or ShellCheck, or a type error, is silenced without a reason',
    why: 'The next mistake of its kind is silent as well.',
    rule: 5,
    remedy: 'mend what it says, or write why it is wrong here: -- REASON',
    find: (tree) => [...unreasoned(tree), ...unreasonedScripts(tree)],
    alsoFoundBy: ['eslint:@typescript-eslint/ban-ts-comment', 'scripts/lib/validate/scan/silencers.ts'],
  },
  {
    id: 'skipped-test',
    what: 'A test is skipped, or is the only one that runs',
    why: 'The run is green, and tested nothing.',
    rule: 5,
    remedy: 'mend it; what depends on the machine says so by skipIf or runIf',
    find: (tree) =>
      linesLike(
        tree,
        /\.test\.tsx?$/,
        /\b(it|test|describe)(\.\w+)*\.(only|skip|todo|fails)\b|^\s*(xit|xdescribe|fit|fdescribe)\(/,
      ),
    allowed: {
      'test/database/previous-release.test.ts':
        'a checkout without its history says so, and names what fetches it',
    },
  },
  {
    id: 'swallowed-exit-code',
    what: 'A step of CI or a hook goes on after a failure',
    why: 'A gate that cannot turn red is none.',
    rule: 5,
    remedy: 'let it fail; what may fail is not a gate',
    find: (tree) =>
      linesLike(
        tree,
        GATES,
        /\|\| *(true|:|exit 0)( |;|$)|continue-on-error: *true|\bset \+e\b|\|\| *echo\b/,
      ),
  },
  {
    id: 'unlogged-output',
    what: 'The api writes to the console instead of its log',
    why: 'The line has no request, no level and nothing redacted.',
    rule: 5,
    remedy: "use the server's logger",
    find: (tree) => linesLike(tree, /^services\/api\/src\/(?!.*\.test\.ts$)/, /\bconsole\.\w+\(/),
  },
]

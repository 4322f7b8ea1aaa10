import { UsageError } from './errors.ts'

/** npm's commands that make sense without installed packages, with the other names that npm has for them. */
const commands: Record<string, readonly string[]> = {
  install: ['i', 'in', 'ins', 'inst', 'insta', 'instal', 'add'],
  uninstall: ['un', 'remove', 'rm', 'r', 'unlink'],
  update: ['up', 'upgrade', 'udpate'],
  dedupe: ['ddp'],
  audit: [],
  ls: ['list', 'la', 'll'],
  view: ['info', 'show', 'v'],
  pkg: [],
}

/** Of these the ones that would install something, or look at what is installed, unless they are told not to. */
const locked = new Set(['install', 'uninstall', 'update', 'dedupe', 'audit', 'ls'])

const elsewhere: Record<string, string> = {
  ci: 'packages are installed in images alone: ./dway up builds them',
  'clean-install': 'packages are installed in images alone: ./dway up builds them',
  start: 'the bank runs in containers: ./dway up',
  test: 'the tests run in containers: ./dway test',
}

/**
 * The words to call npm with, so that it changes package.json and package-lock.json and nothing else.
 * @returns undefined if there is no command among them
 * @throws UsageError for a command that has no place here
 */
export function npmWords(words: readonly string[]): string[] | undefined {
  const known = (word: string) => word in elsewhere || Object.entries(commands).flat(2).includes(word)
  const wanted = words.find(known) ?? words.find((word) => !word.startsWith('-'))
  if (wanted === undefined)
    return words.some((word) => /^(-v|--version)$/.test(word)) ? ['--version'] : undefined
  if (words.some((word) => /^(-g|--global)(=|$)|^--location=global$/.test(word)))
    throw new UsageError('nothing is installed for the whole machine: leave out --global')
  const command = Object.entries(commands).find(
    ([name, others]) => name === wanted || others.includes(wanted),
  )?.[0]
  if (command === undefined)
    throw new UsageError(
      elsewhere[wanted] ?? `npm ${wanted} needs installed packages: ./dway shell npm ${wanted}`,
    )
  return locked.has(command) && !words.includes('--package-lock-only')
    ? ['--package-lock-only', ...words]
    : [...words]
}

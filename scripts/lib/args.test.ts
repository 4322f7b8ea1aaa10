import { afterEach, expect, it, vi } from 'vitest'
import { readArgs, wholeNumber } from './args.ts'
import { runVerb } from './errors.ts'

// A verb with a help text of its own.
const verb = new URL('../logs.ts', import.meta.url).href

afterEach(() => {
  process.exitCode = undefined
  vi.restoreAllMocks()
})

it('reads flags and as many words as a verb takes', () => {
  const { flags, words } = readArgs(verb, { words: 1, args: ['api', '--since', '10m'] })
  expect({ ...flags }).toEqual({ since: '10m' })
  expect(words).toEqual(['api'])
})

it.each([
  [['api'], 0, "'api' is not a flag"],
  [['api', 'web'], 1, "'web' is a word too many"],
  [['--sinse', '10m'], 1, "'--sinse' is not a flag"],
  [['-f'], 1, "'-f' is not a flag"],
  [['--since'], 1, '--since needs a value: --since DURATION'],
  [['--since', '--follow'], 1, '--since needs a value: --since DURATION'],
  [['--follow=yes'], 1, '--follow takes no value'],
])('refuses %j of a verb that takes %i words', async (args, words, message) => {
  expect(() => readArgs(verb, { words, args })).toThrow(message)
  const printed = vi.spyOn(console, 'error').mockReturnValue()
  await runVerb('logs', async () => void readArgs(verb, { words, args }))
  expect(printed).toHaveBeenCalledWith(expect.stringContaining(message))
  expect(process.exitCode).toBe(2)
})

it('takes a negative number for a value, which then is refused in the same words as any other', () => {
  const { flags } = readArgs(new URL('../up.ts', import.meta.url).href, { args: ['--workers', '-1'] })
  expect(() => wholeNumber(flags, 'workers', 0)).toThrow(
    "--workers is '-1', but it must be a whole number of at least 0",
  )
})

it('a whole number has an upper bound too', () => {
  const kills = (text: string) => () => wholeNumber({ kills: text }, 'kills', 20, 0, 100)
  expect(kills('100')()).toBe(100)
  expect(kills('101')).toThrow("--kills is '101', but it must be a whole number from 0 to 100")
  expect(() => wholeNumber({ seed: '9'.repeat(30) }, 'seed', 1)).toThrow(
    'a whole number from 0 to 1000000000',
  )
})

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { confirm } from '../confirm.ts'
import { findFrontDoor } from '../front-door.ts'
import { HttpsClient } from '../https-client.ts'
import { buildProductionImage, removeProductionImages } from '../production-images.ts'
import { names, root, toolchainTag } from '../settings.ts'
import { $, must } from '../shell.ts'
import { ensureUp, takeDown } from '../stack.ts'
import { bytes } from '../status/format.ts'
import { machineStatus } from '../status/machine.ts'
import { median } from './measure.ts'
import { outsideRules } from '../validate/not-run.ts'

/** The body that the front door answers with, or undefined while it does not. */
type Fetch = (url: string) => Promise<string | undefined>

/** Asks the front door as a browser does, its certificate checked. */
async function openDoor(): Promise<Fetch> {
  const client = new HttpsClient(await findFrontDoor(), 1)
  return (url) =>
    client.ask(url, { timeoutMs: 2000 }).then(
      ({ text }) => text,
      () => undefined,
    )
}

async function until(condition: () => Promise<boolean>, seconds: number): Promise<number> {
  const started = performance.now()
  while (!(await condition())) {
    if (performance.now() - started > seconds * 1000) throw new Error(`not within ${seconds} s`)
    await sleep(10)
  }
  return (performance.now() - started) / 1000
}

/** Edits a file 20 times and measures how long each edit takes to be served. */
async function measureEdits(
  fetchText: Fetch,
  file: string,
  marker: (n: number) => [RegExp, string],
  url: string,
): Promise<string> {
  const full = path.join(root, file)
  const original = fs.readFileSync(full, 'utf8')
  // A checkout of root's is not writable for the toolbox's user.
  const write = (text: string) => $({ input: text })`sudo tee ${full}`
  const times: number[] = []
  try {
    for (let n = 1; n <= 20; n += 1) {
      const [pattern, text] = marker(n)
      const edited = original.replace(pattern, text)
      if (edited === original) throw new Error(`${file} no longer has what the benchmark edits`)
      await write(edited)
      times.push(await until(async () => (await fetchText(url))?.includes(`bench-${n}-`) ?? false, 20))
      // Nobody saves faster than this.
      await sleep(2500)
    }
  } finally {
    await write(original)
  }
  return `${median(times).toFixed(2)} s median of 20 (${Math.min(...times).toFixed(2)}–${Math.max(...times).toFixed(2)})`
}

const seconds = async (work: () => Promise<unknown>) => {
  const started = performance.now()
  await work()
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}

const served = async (fetchText: Fetch) => (await fetchText('/'))?.includes('DwayBank') ?? false

/** Runs a script of ours to its end, as the verb or the hook does. */
const script = (name: string, words: readonly string[], input = '') =>
  must(`${name} ended badly`, $({ input, cwd: root })`node scripts/${name}.ts ${words}`)

/** What git would say on a push of the newest commit. */
async function newestPush(): Promise<string> {
  const commit = (await $`git -C ${root} rev-parse HEAD HEAD~1`).stdout.trim().split('\n')
  return `refs/heads/main ${commit[0]} refs/heads/main ${commit[1]}\n`
}

/** What is measured, against which goal, and what it does to the stack. */
interface LoopMeasureOf {
  goal: string
  harm?: string
  run: (fetchText: Fetch) => Promise<string>
}

const API_FILE = 'services/api/src/routes/failures.ts'
const WEB_FILE = 'services/web/src/main.tsx'

const measures = {
  again: {
    goal: 'up on a running stack, measured inside the toolbox ≤ 5 s',
    run: () => seconds(() => ensureUp()),
  },
  'edit-api': {
    goal: 'edit to served, api ≤ 0.6 s',
    harm: `edits ${API_FILE} 20 times, and puts it back`,
    run: (fetchText) =>
      measureEdits(
        fetchText,
        API_FILE,
        (n) => [/There is nothing/, `bench-${n}- There is nothing`],
        '/api/nothing',
      ),
  },
  'edit-web': {
    goal: 'edit to served, web ≤ 0.4 s',
    harm: `edits ${WEB_FILE} 20 times, and puts it back`,
    run: (fetchText) =>
      measureEdits(fetchText, WEB_FILE, (n) => [/^/, `console.debug('bench-${n}-')\n`], '/src/main.tsx'),
  },
  'node-restart': {
    goal: 'node killed and started: page served ≤ 20 s',
    harm: `kills the node ${names.node}, and starts it again`,
    run: async (fetchText) => {
      await $`docker kill ${names.node}`
      await $`docker start ${names.node}`
      return `${(await until(() => served(fetchText), 120)).toFixed(1)} s`
    },
  },
  memory: {
    goal: 'memory of the nodes at rest ≤ 1.6 GiB, and of what stands beside them',
    run: async () => {
      await sleep(20_000)
      const { containers } = await machineStatus()
      const sum = containers.reduce((total, { memoryBytes = NaN }) => total + memoryBytes, 0)
      const each = containers.map(({ role, memoryBytes }) => `${role} ${bytes(memoryBytes)}`)
      return `${each.join(', ')}; together ${bytes(sum)}`
    },
  },
  images: {
    goal: 'node image ≤ 600 MB, toolbox ≤ 800 MB, api in production ≤ 225 MB',
    run: async () => {
      const size = async (image: string) => {
        const { stdout } = await $`docker image inspect --format ${'{{.Size}}'} ${image}`
        return `${Math.round(Number(stdout) / 1e6)} MB`
      }
      const own = (await $`docker inspect --format ${'{{.Image}}'} ${os.hostname()}`).stdout.trim()
      const node = await size(`dway/kind-node:${toolchainTag()}`)
      const tag = await buildProductionImage('api')
      const api = await size(tag)
      await removeProductionImages([tag])
      return `node image ${node}, toolbox ${await size(own)}, api in production ${api}`
    },
  },
  hooks: {
    goal: 'what a hook runs before a commit of what is staged, and a push of the newest commit, ≤ 10 s each',
    run: async () => {
      const push = await newestPush()
      const commit = await seconds(() => script('gates', ['pre-commit']))
      return `${commit}, ${await seconds(() => script('gates', ['pre-push'], push))}`
    },
  },
  validate: {
    goal: 'steps 1 and 2 of the validation, judged once before ≤ 90 s',
    run: async () => {
      const validate = () => script('validate', ['--step', '1,2', '--allow-not-run', outsideRules.join()])
      await validate()
      return seconds(validate)
    },
  },
  'down-up': {
    goal: 'down then up with caches ≤ 45 s',
    harm: "takes down this checkout's cluster, with the loss of its data",
    run: () =>
      seconds(async () => {
        await takeDown()
        await ensureUp()
      }),
  },
} satisfies Record<string, LoopMeasureOf>

export type LoopMeasure = keyof typeof measures

/** The measures of the loop by name, in the order in which they are made. */
export const loopMeasures = Object.keys(measures) as LoopMeasure[]

/** Measures what a developer waits for and what the stack takes, and prints a line of a table for each. */
export async function measureLoop(options: {
  chosen: readonly LoopMeasure[]
  yes: boolean
  json: boolean
}): Promise<void> {
  const { chosen, yes, json } = options
  const harms = chosen.flatMap((name) => (measures[name] as LoopMeasureOf).harm ?? [])
  if (harms.length > 0) await confirm('harms the running stack', harms, yes)
  await ensureUp()
  const fetchText = await openDoor()
  const results: { goal: string; result: string }[] = []
  for (const name of chosen) {
    const { goal, run } = measures[name]
    const result = await run(fetchText)
    console.error(`  ${goal}: ${result}`)
    results.push({ goal, result })
  }
  if (json) console.log(JSON.stringify(results, null, 2))
  else for (const { goal, result } of results) console.log(`| ${goal} | ${result} |`)
}

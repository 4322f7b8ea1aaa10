// What Tilt's row "sources" runs, and how tests ask the same.
//   watch    looks all the time whether the containers run what the working tree holds, notes it in
//            .dway/sources/verdict, and syncs again what Tilt missed
//   check    looks once, and prints it as JSON
//   verdict  prints what was noted; fails if something is stale or doesn't run
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { digestOf } from '../services/sources/manifest.ts'
import { statePath } from './lib/settings.ts'
import { lastLine } from './lib/shell.ts'
import { checkSources, tiltAnswers, workingTree } from './lib/sources/check.ts'
import { describeSources, needsSync, type SourceStatus } from './lib/sources/compare.ts'
import { syncedServices } from './lib/sources/services.ts'
import { syncAgain } from './lib/sources/sync.ts'

const verdictFile = statePath('sources/verdict')
const watcherFile = statePath('sources/watcher')

/** How often the working tree is read; asking the containers costs more. */
const LOOK_MS = 1000
/** How often the containers are asked while nothing seems to change. */
const ASK_MS = 15_000
/** Tilt needs a moment to notice an edit. */
const STALE_MS = 1500
/** Tilt may be at an update this long; an api image takes a few seconds to build, and a web image some more. */
const SYNCING_MS = 120_000
/** What stays stale this long although Tilt has nothing to do is synced again. */
const SYNC_AGAIN_MS = 10_000

const now = () => new Date().toISOString().slice(11, 19)

/** Notes what there is to say, if it is something else than before. */
function note(lines: readonly string[]): void {
  const text = lines.join('\n')
  if (fs.existsSync(verdictFile) && fs.readFileSync(verdictFile, 'utf8') === text) return
  fs.writeFileSync(verdictFile, text)
  console.log(`${now()} ${text || 'every container runs what the working tree holds'}`)
}

async function watch(): Promise<void> {
  fs.writeFileSync(watcherFile, String(process.pid))
  const wrongSince = new Map<string, number>()
  let tree = ''
  let asked = -Infinity
  let settled = false
  for (;;) {
    const newest = syncedServices.map((service) => digestOf(workingTree(service))).join()
    if (settled && newest === tree && performance.now() - asked < ASK_MS) {
      await sleep(LOOK_MS)
      continue
    }
    tree = newest
    asked = performance.now()
    const statuses = await checkSources()
    const wrong = statuses.filter(({ state }) => state !== 'current' && state !== 'broken')
    const key = ({ pod, state }: SourceStatus) => `${pod} ${state}`
    const since = (status: SourceStatus) =>
      performance.now() - (wrongSince.get(key(status)) ?? performance.now())
    for (const one of wrongSince.keys())
      if (!wrong.some((status) => key(status) === one)) wrongSince.delete(one)
    for (const status of wrong)
      if (!wrongSince.has(key(status))) wrongSince.set(key(status), performance.now())
    const told = statuses.filter(
      (status) =>
        status.state === 'broken' ||
        (wrong.includes(status) && since(status) >= (status.state === 'syncing' ? SYNCING_MS : STALE_MS)),
    )
    note(told.map(describeSources).filter((line) => line !== undefined))
    settled = statuses.every(({ state }) => state === 'current')
    for (const status of statuses) {
      // A configuration that nginx refused is there already.
      const missed = status.state === 'stale' && (needsSync(status) || status.error === undefined)
      if (missed && since(status) >= SYNC_AGAIN_MS && (await tiltAnswers())) await bring(status)
    }
    await sleep(LOOK_MS)
  }
}

async function bring(status: SourceStatus): Promise<void> {
  const service = syncedServices.find(({ name }) => name === status.service)
  if (!service) return
  console.log(`${now()} Tilt has missed something, so it is synced again: ${describeSources(status) ?? ''}`)
  try {
    await syncAgain(service, status)
  } catch (error) {
    console.error(`${now()} it was not taken: ${lastLine(error)}`)
  }
}

function watcherRuns(): boolean {
  try {
    process.kill(Number(fs.readFileSync(watcherFile, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

function verdict(): void {
  // Without anybody who keeps it true, an old note says nothing.
  const text = watcherRuns() && fs.existsSync(verdictFile) ? fs.readFileSync(verdictFile, 'utf8') : ''
  if (text === '') {
    console.log('nothing stale is known')
    return
  }
  console.error(text)
  process.exitCode = 1
}

if (process.argv[2] === 'watch') {
  for (let failedAt = -Infinity; ; failedAt = performance.now()) {
    try {
      await watch()
    } catch (error) {
      // One refused question is no news.
      if (performance.now() - failedAt < ASK_MS)
        note([`what the containers run is not known: ${lastLine(error)}`])
      await sleep(LOOK_MS)
    }
  }
} else if (process.argv[2] === 'check') console.log(JSON.stringify(await checkSources()))
else verdict()

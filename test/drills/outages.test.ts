import { afterAll, beforeAll, it } from 'vitest'
import { eventually, mails } from '../support/tools.ts'
import { AlertWatch } from './alert-watch.ts'
import { runDrill } from './drill.ts'
import { drills } from './drills.ts'

const watch = new AlertWatch('prometheus-0')
beforeAll(() => watch.start())
afterAll(() => watch.stop())

it.each(drills.books)('$title', (drill) => runDrill(drill, watch))

it.concurrent.each(drills.outages)('$title', (drill) => runDrill(drill, watch))

// A second try finds what came after the first one's patience: Redis goes away once.
const began = Date.now()
it.concurrent('a page reaches the mailbox, and so does its end', async () => {
  const mail = (words: RegExp) => async () => {
    // The mailbox answers through the proxy, which is gone for a while.
    const all = await mails().catch(() => [])
    return all.find(({ subject, time }) => words.test(subject) && Date.parse(time) > began)
  }
  await eventually(200, mail(/FIRING.*RedisDown/))
  await eventually(200, mail(/RESOLVED.*RedisDown/))
})

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { killProcess } from '../../scripts/lib/container-process.ts'
import { podOf } from '../../scripts/lib/pods.ts'
import { long } from '../support/long.ts'
import { startLineWriter } from '../support/numbered-lines.ts'
import { eventually, firing, promql, valueOf } from '../support/tools.ts'
import { plantMetrics } from './planted-metrics.ts'
import { agent, onSmallDisk, statefulSet } from './small-disk.ts'
import { whatCustomersNotice } from './unnoticed.ts'

/** How long a part that was killed may take until Prometheus reads it again. */
const HEALS_SECONDS = 180

/** What the store had not written: 0.9, 1.8 and 14.3 s were seen, though it should write each second. */
const LOST_SECONDS = 20
const LINES_A_SECOND = 100
/** So long lines come before the kill; what is written down once a second is safe by then. */
const BEFORE_MS = 15_000
/** What was on its way when the store was killed is sent again. */
const DOUBLED_SECONDS = 5
/** The agent ends when it cannot write down how far it is, which it does once a minute, and goes on from there. */
const REPEATED_SECONDS = 75

const undo: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

/** Kills what the first pod of a service runs. */
async function kill(service: string, namespace?: string): Promise<void> {
  await killProcess(await podOf(service, namespace))
}

/** Waits until every target was read after now: one that was killed says by its last sample for minutes that it is up. */
const allUp = () => {
  const now = Date.now() / 1000
  return eventually(HEALS_SECONDS, async () => {
    const targets = await promql(`up == 1 and timestamp(up) > ${now}`).catch(() => [])
    return targets.length > 10 && targets.length === (await valueOf('count(up)').catch(() => 0))
  })
}

/** Whether Prometheus says that all is well with it; undefined while it says nothing at all. */
const heartbeat = async () => {
  const alerts = await firing('Watchdog').catch(() => undefined)
  return alerts && alerts.length > 0
}

const beats = (wanted: boolean) => eventually(HEALS_SECONDS, async () => (await heartbeat()) === wanted)

describe('no customer notices that', () => {
  it('Prometheus, the trace store and the agent are killed, and they heal', async () => {
    const noticed = await whatCustomersNotice(async () => {
      await kill('prometheus')
      await kill('zipkin')
      await kill('vlagent', 'dwaybank-node')
      await allUp()
    })
    expect(noticed).toEqual([])
  })

  it('the log store is killed, which costs what it had not written yet and no more', async () => {
    const writer = await startLineWriter(5000)
    undo.push(writer.remove)
    const noticed = await whatCustomersNotice(async () => {
      await sleep(BEFORE_MS)
      await kill('victorialogs')
      await allUp()
    })
    const { lines, numbers } = await writer.counted(60)
    console.log(`killing the log store lost ${writer.lines - numbers} lines, doubled ${lines - numbers}`)
    expect(noticed).toEqual([])
    expect(numbers).toBeGreaterThan(writer.lines - LOST_SECONDS * LINES_A_SECOND)
    expect(lines - numbers).toBeLessThanOrEqual(DOUBLED_SECONDS * LINES_A_SECOND)
  })

  it.runIf(long)(
    "Prometheus's disk is full for a minute: its heartbeat stops, and all is as before afterwards",
    async () => {
      const before = await valueOf('count(up) + 0 * count(up offset 2m)')
      const moment = Date.now() / 1000
      const noticed = await whatCustomersNotice(async () => {
        const { fill, giveBack } = await onSmallDisk(statefulSet('prometheus'), 16)
        undo.push(giveBack)
        await beats(true)
        await fill()
        await beats(false)
        await sleep(60_000)
        undo.pop()
        await giveBack()
        await beats(true)
      })
      expect(noticed).toEqual([])
      expect(await valueOf(`count(up @ ${moment})`)).toBe(before)
      await allUp()
    },
  )

  it.runIf(long)("the agent's disk is full for a minute, and no line is lost", async () => {
    const { fill, makeRoom, giveBack } = await onSmallDisk(agent, 16)
    undo.push(giveBack)
    const writer = await startLineWriter(9000)
    undo.push(writer.remove)
    const noticed = await whatCustomersNotice(async () => {
      await fill()
      await sleep(60_000)
      await makeRoom()
      await allUp()
    })
    const { lines, numbers } = await writer.counted(120)
    expect(numbers).toBe(writer.lines)
    expect(lines - numbers).toBeLessThan(REPEATED_SECONDS * LINES_A_SECOND)
    expect(noticed).toEqual([])
  })
})

it('a target whose clock is an hour ahead is refused, and the others are read as before', async () => {
  const lines = `[0, 3600e3, -7200e3].map((ahead) =>
    'clock{ahead="' + ahead + '"} 1 ' + (ahead === 0 ? '' : Date.now() + ahead))`
  undo.push(await plantMetrics('drill-clock', 'drill-clock', lines))
  await eventually(60, async () => (await promql('clock')).length > 0)
  expect((await promql('clock')).map(({ metric }) => metric['ahead'])).toEqual(['0'])
  expect(await promql('last_over_time(clock{ahead!="0"}[3h])')).toEqual([])
  await allUp()
})

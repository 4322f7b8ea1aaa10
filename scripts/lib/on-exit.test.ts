import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleaningUp } from './on-exit.ts'

const module = path.join(import.meta.dirname, 'on-exit.ts')

/** Runs a script, and has it end once it has printed something. */
async function interrupt(script: string): Promise<[output: string, code: number]> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script])
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    if (output === '') child.kill('SIGINT')
    output += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number]
  return [output, code]
}

describe('cleaning up', () => {
  it('comes after success and after failure, once, and changes neither', async () => {
    const order: string[] = []
    const cleanup = async () => void order.push('cleanup')
    expect(await cleaningUp(async () => order.push('work'), cleanup)).toBe(1)
    const failure = new Error('no')
    await expect(cleaningUp(() => Promise.reject(failure), cleanup)).rejects.toBe(failure)
    expect(order).toEqual(['work', 'cleanup', 'cleanup'])
  })

  it('comes when the process is told to end, the innermost first', async () => {
    const script = `
      import { cleaningUp } from ${JSON.stringify(module)}
      const forever = () => new Promise(() => setTimeout(() => {}, 60_000))
      const say = (word) => async () => console.log(word)
      await cleaningUp(() => cleaningUp(() => (console.log('ready'), forever()), say('inner')), say('outer'))`
    expect(await interrupt(script)).toEqual(['ready\ninner\nouter\n', 130])
  })

  it('may begin something while work that goes on may not', async () => {
    const script = `
      import { once } from 'node:events'
      import { cleaningUp, refuseIfEnding } from ${JSON.stringify(module)}
      // A signal alone keeps no process waiting for it.
      setTimeout(() => {}, 60_000)
      const refused = Promise.withResolvers()
      const begin = (what) => {
        try {
          refuseIfEnding()
          console.log(what, 'began')
        } catch (error) {
          console.log(what, error.message)
        }
      }
      const goOn = async () => {
        begin('work')
        await once(process, 'SIGINT')
        begin('work')
        refused.resolve()
      }
      await cleaningUp(goOn, async () => {
        await refused.promise
        await cleaningUp(async () => begin('cleanup'), async () => {})
      })`
    const [output, code] = await interrupt(script)
    expect(output).toBe('work began\nwork interrupted\ncleanup began\n')
    expect(code).toBe(130)
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleaningUp } from './on-exit.ts'

const module = path.join(import.meta.dirname, 'on-exit.ts')

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
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script])
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output === 'ready\n') child.kill('SIGINT')
    })
    const [code] = (await once(child, 'close')) as [number]
    expect(output).toBe('ready\ninner\nouter\n')
    expect(code).toBe(130)
  })
})

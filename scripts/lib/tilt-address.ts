import { forwardedOrigin } from './codespace.ts'
import { ownContainer } from './engine.ts'
import { $ } from './shell.ts'

/** Where Tilt's page is for a browser: on the engine's host, or wherever a Codespace forwards it to. */
export async function tiltAddress(): Promise<string> {
  const forwarded = forwardedOrigin('tilt')
  if (forwarded) return forwarded
  const output = await $`docker port ${ownContainer()} 10350/tcp`.nothrow()
  const published = output.stdout.split('\n')[0]?.trim()
  return `http://${published || 'localhost:10350'}`
}

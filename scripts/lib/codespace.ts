import { environment } from './settings.ts'

/** Ports of the toolbox that lead to what a person opens; a Codespace forwards each under a name of its own. */
export const forwardedPorts = { bank: 8000, tilt: 10350, pgadmin: 8080, redisCommander: 8081 } as const

/** The name under which a browser reaches a port of this Codespace, or undefined if this is none. */
export function forwardedHost(port: keyof typeof forwardedPorts): string | undefined {
  const { codespace } = environment
  return codespace && `${codespace.name}-${forwardedPorts[port]}.${codespace.domain}`
}

/** The same as an origin. */
export function forwardedOrigin(port: keyof typeof forwardedPorts): string | undefined {
  const host = forwardedHost(port)
  return host && `https://${host}`
}

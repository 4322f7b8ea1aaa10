import type { Redis } from 'ioredis'
import type { Tracing } from './tracing.ts'

/** Records every command of a Redis connection by its name, never by its keys. */
export function traceCommands(redis: Pick<Redis, 'sendCommand'>, tracing: Tracing): void {
  const send = redis.sendCommand.bind(redis)
  redis.sendCommand = (command, stream) =>
    tracing.step(
      () => ({ name: command.name, system: 'redis' }),
      () => send(command, stream),
    )
}

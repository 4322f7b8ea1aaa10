import { statePath, toolchainTag } from './settings.ts'

const files = {
  apt: 'apt.conf',
  goenv: 'goenv',
  maven: 'settings.xml',
  npmrc: 'npmrc',
  pip: 'pip.conf',
} as const

/** The build secrets that carry what the host says about its package sources, by id: files of the host's settings. */
export const hostSecrets = (): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([id, file]) => [id, statePath('host', file)]))

/** The build arguments that name the images which everything of ours is built on. */
export const baseImages = (): Record<string, string> => ({
  BASE: `dway/base:${toolchainTag()}`,
  NODE: `dway/node:${toolchainTag()}`,
})

/** Both as words of docker build. */
export const buildSettings = (): string[] => [
  ...Object.entries(baseImages()).flatMap(([name, image]) => ['--build-arg', `${name}=${image}`]),
  ...Object.entries(hostSecrets()).flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
]

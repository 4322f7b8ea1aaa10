import { ensureRegistryVolume } from '../../scripts/lib/registry.ts'
import { names, toolchainTag } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'

/**
 * Gives the bank of another checkout, which isn't up yet, the layers that the developer's own registry has: to push
 * them all again takes minutes, and shows nothing that this bank's own start has not shown.
 */
export async function shareLayers(checkout: string): Promise<void> {
  const own = names.registryVolume
  if ((await $`docker volume ls --quiet --filter ${`name=^${own}$`}`).stdout.trim() === '') return
  const other = await ensureRegistryVolume(checkout)
  const options = ['--rm', '--network', 'none', '--user', '0:0']
  const volumes = ['--volume', `${own}:/from:ro`, '--volume', `${other}:/to`]
  await $`docker run ${options} ${volumes} dway/base:${toolchainTag()} cp --archive /from/. /to`
}

import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { ensureToolImage } from '../../scripts/lib/tool-images.ts'

let image: string
beforeAll(async () => {
  image = await ensureToolImage('prometheus')
}, 300_000)

/** Runs promtool on a copy of the rules and of their tests, after a change of the rules. */
function promtool(change: string, command: string) {
  const mount = `type=bind,source=${path.join(root, 'services/prometheus')},target=/given,readonly`
  const container = ['--rm', '--network', 'none', '--cap-drop', 'ALL', '--mount', mount, '--entrypoint', 'sh']
  const script = `cp -r /given /tmp/copy && cd /tmp/copy/rules && ${change} && cd ../tests && ${command}`
  return $`docker run ${container} ${image} -c ${script}`.nothrow()
}

it('the rules say what their tests expect', { timeout: 240_000 }, async () => {
  const { exitCode, stdout, stderr } = await promtool(
    'true',
    'promtool check rules ../rules/*.yaml && promtool test rules *.yaml',
  )
  expect(exitCode, stdout + stderr).toBe(0)
})

it.each([
  ['an alert that waits longer', "sed -i 's/for: 30s/for: 5m/' redis.yaml", 'redis'],
  ['a threshold that nothing reaches', "sed -i 's/> 0.9/> 1.9/' redis.yaml", 'redis'],
  ['an alert without a page', "sed -i 's/severity: page/severity: ticket/' proxy.yaml", 'proxy'],
])('%s fails its test', { timeout: 120_000 }, async (_what, change, subject) => {
  const { exitCode, stderr } = await promtool(change, `promtool test rules ${subject}.yaml`)
  expect(stderr).toContain('FAILED')
  expect(exitCode).toBe(1)
})

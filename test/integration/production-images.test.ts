import { afterAll, describe, expect, it } from 'vitest'
import {
  buildProductionImage,
  removeProductionImages,
  type ProductionService,
} from '../../scripts/lib/production-images.ts'
import { $ } from '../../scripts/lib/shell.ts'

const built = new Set<string>()
const build = async (service: ProductionService) => {
  const tag = await buildProductionImage(service)
  built.add(tag)
  return tag
}
afterAll(() => removeProductionImages([...built]))

const inspect = async (tag: string, format: string) =>
  (await $`docker image inspect --format ${format} ${tag}`).stdout.trim()

/** How large each may be, in MB. */
const budgets: Record<ProductionService, number> = {
  api: 225,
  proxy: 100,
  web: 100,
  acme: 185,
  alertmanager: 145,
  exporters: 170,
  'kube-state-metrics': 145,
  perses: 150,
  prometheus: 310,
  victorialogs: 120,
  zipkin: 450,
}

describe('the images that production runs', () => {
  it.each(Object.entries(budgets) as [ProductionService, number][])(
    '%s builds, runs as dwaybank and stays below %i MB',
    async (service, megabytes) => {
      const tag = await build(service)
      expect(await inspect(tag, '{{.Config.User}}')).toBe('1001:1001')
      expect(Number(await inspect(tag, '{{.Size}}')) / 1e6).toBeLessThan(megabytes)
    },
  )

  it('the api has no npm and nothing of live reload in it', async () => {
    const tag = await build('api')
    const { stdout } =
      await $`docker run --rm --entrypoint sh ${tag} -c ${'ls /app/services/api /usr/local/bin'}`
    expect(stdout).toContain('src')
    expect(stdout).not.toMatch(/npm|live-reload/)
  })

  it('the web serves the built page', async () => {
    const tag = await build('web')
    const script =
      'nginx -e stderr & sleep 1; bash -c "exec 3<>/dev/tcp/127.0.0.1/3001; printf \'GET / HTTP/1.0\\r\\n\\r\\n\' >&3; cat <&3"'
    const { stdout } =
      await $`docker run --rm --read-only --tmpfs /tmp:uid=1001 --entrypoint sh ${tag} -c ${script}`
    expect(stdout).toMatch(/^HTTP\/1.1 200/m)
    expect(stdout).toContain('<script type="module" crossorigin src="/assets/')
  })
})

import { afterAll, describe, expect, it } from 'vitest'
import {
  buildProductionImage,
  productionServices,
  removeProductionImages,
  type ProductionService,
} from '../../scripts/lib/production-images.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { budgets } from '../../scripts/lib/validate/build/budgets.ts'

const built = new Set<string>()
const build = async (service: ProductionService) => {
  const tag = await buildProductionImage(service)
  built.add(tag)
  return tag
}
afterAll(() => removeProductionImages([...built]))

const inspect = async (tag: string, format: string) =>
  (await $`docker image inspect --format ${format} ${tag}`).stdout.trim()

describe('the images that production runs', () => {
  it.each(productionServices)('%s builds, runs as dwaybank and keeps to its budget', async (service) => {
    const tag = await build(service)
    expect(await inspect(tag, '{{.Config.User}}')).toBe('1001:1001')
    const megabytes = Number(await inspect(tag, '{{.Size}}')) / 1e6
    expect(megabytes).toBeLessThan(budgets[`${service}:production`] ?? 0)
  })

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

  it('the web has one page, and nothing of the workbench', async () => {
    const tag = await build('web')
    const script =
      'cd /srv/web; find . -type f "(" -name "*.html" -o -ipath "*workbench*" ")"; grep -ril workbench . || true'
    const { stdout } = await $`docker run --rm --entrypoint sh ${tag} -c ${script}`
    expect(stdout.trim()).toBe('./index.html')
  })

  it('the page has at most 150 kB of compressed script before it is shown', async () => {
    const tag = await build('web')
    const script =
      'cd /srv/web; for file in $(grep -o "assets/[^\\"]*[.]js" index.html); do gzip -c $file | wc -c; done'
    const { stdout } = await $`docker run --rm --entrypoint sh ${tag} -c ${script}`
    const sum = stdout.split('\n').reduce((bytes, line) => bytes + Number(line), 0)
    // React alone has 60: less means that nothing was found.
    expect(sum).toBeGreaterThan(60e3)
    expect(sum).toBeLessThan(150e3)
  })
})

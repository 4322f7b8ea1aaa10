import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Manifest, parseManifests } from '../../scripts/lib/manifests.ts'
import { renderOverlay } from '../../scripts/lib/overlay.ts'
import { names, root } from '../../scripts/lib/settings.ts'
import { differences, judge, type Allowance } from '../../scripts/lib/differences.ts'
import { renderProduction, sampleRelease, withoutHashes } from '../../scripts/lib/sample-release.ts'
import { hostsOf } from '../../scripts/lib/proxy-hosts.ts'

const allowed = parse(fs.readFileSync(path.join(root, 'k8s/differences.yaml'), 'utf8')) as Allowance[]
const core = withoutHashes(await renderOverlay('dev'))
const dev = withoutHashes(await renderOverlay('dev-full'))
const production = withoutHashes(await renderProduction(sampleRelease))

/** What is wrong with the two overlays after somebody changed them. */
function judgeChanged(change: (objects: { dev: Manifest[]; production: Manifest[] }) => void): string[] {
  const objects = { dev: parseManifests(dev), production: parseManifests(production) }
  change(objects)
  return judge(differences(objects.dev, objects.production), allowed)
}

const asTheyAre = judgeChanged(() => undefined)

/** What is wrong by that change alone. */
const newProblems = (...change: Parameters<typeof judgeChanged>) =>
  judgeChanged(...change).filter((problem) => !asTheyAre.includes(problem))

/** A field deep in an object of a rendering, which a test then changes. */
function field<T>(manifests: readonly Manifest[], object: string, ...keys: (string | number)[]): T {
  let found: unknown = manifests.find(({ kind, metadata }) => `${kind}/${metadata.name}` === object)
  for (const key of keys) found = (found as Record<string | number, unknown>)[key]
  if (found === undefined) throw new Error(`${object} has no ${keys.join('.')}`)
  return found as T
}

const container = ['spec', 'template', 'spec', 'containers', 0] as const
type Fields = Record<string, unknown>

/** Every container of a rendering, with its image, by the name of its workload and its own. */
function images(rendered: string): Map<string, string> {
  return new Map(
    parseManifests<
      Manifest & { spec?: { template?: { spec: { containers: { name: string; image: string }[] } } } }
    >(rendered).flatMap(({ metadata, spec }) =>
      (spec?.template?.spec.containers ?? []).map(
        ({ name, image }) => [`${metadata.name} ${name}`, image] as const,
      ),
    ),
  )
}

describe('the profile full', () => {
  it('adds to the profile core, and changes and removes nothing of it', () => {
    const found = differences(parseManifests(core), parseManifests(dev))
    expect(found.filter((difference) => difference.dev !== undefined)).toEqual([])
    expect(found.length).toBeGreaterThan(40)
  })
})

describe('certificates by ACME', () => {
  it.each([
    ['dev', dev, ['admin-tools', 'observability', 'observability-dev']],
    ['production', production, ['observability']],
  ])('are for the names that the proxy of %s serves', (_where, rendered, components) => {
    const tools = field<string>(parseManifests(rendered), 'ConfigMap/acme', 'data', 'TOOLS')
    const names = tools.split(' ').map((tool) => `${tool}.bank.example`)
    expect(['bank.example', ...names].toSorted()).toEqual(hostsOf('bank.example', components).toSorted())
  })
})

describe('dev and production', () => {
  it('differ only in what k8s/differences.yaml allows, for a reason', () => {
    expect(asTheyAre).toEqual([])
    expect(allowed.every(({ reason }) => reason.length > 20)).toBe(true)
  })

  it.each([
    ['api', { cpu: '1', memory: '1Gi' }],
    ['web', { cpu: '500m', memory: '256Mi' }],
  ])('limit %s as was agreed on', (name, limits) => {
    for (const rendered of [dev, production])
      expect(
        field<Fields>(parseManifests(rendered), `Deployment/${name}`, ...container, 'resources', 'limits'),
      ).toEqual(limits)
  })

  it("run the same image in the same place; migrate runs the api's", () => {
    const ours = images(dev)
    for (const [place, image] of images(production)) {
      const name = /\/([^/]+)@/.exec(image)?.[1]
      expect(ours.get(place)?.replace('dway/migrate', 'dway/api'), place).toBe(`dway/${name}`)
    }
  })

  it.each<[string, (objects: { dev: Manifest[]; production: Manifest[] }) => void, RegExp]>([
    [
      'a variable that only dev has',
      ({ dev }) =>
        field<Fields[]>(dev, 'Deployment/api', ...container, 'env').push({ name: 'DEBUG', value: '1' }),
      /^Deployment\/api spec\.template\.spec\.containers\[api\]\.env\[DEBUG\]: \{"name":"DEBUG".* in dev, nothing in production$/,
    ],
    [
      'a limit',
      ({ production }) =>
        (field<Fields>(production, 'Deployment/web', ...container, 'resources', 'limits')['memory'] = '1Gi'),
      /^Deployment\/web .*resources\.limits\.memory: "256Mi" in dev, "1Gi" in production$/,
    ],
    [
      'a request of another size than the file says',
      ({ production }) =>
        (field<Fields>(production, 'Deployment/api', ...container, 'resources', 'requests')['cpu'] = '2'),
      /^Deployment\/api .*resources\.requests\.cpu: "100m" in dev, "2" in production$/,
    ],
    [
      'a policy that production lacks',
      ({ production }) =>
        production.splice(
          production.findIndex(
            ({ metadata }) => metadata.name === 'default-deny' && metadata.namespace === names.namespace,
          ),
          1,
        ),
      /^NetworkPolicy\/default-deny: .* in dev, nothing in production$/,
    ],
    [
      'a security context',
      ({ dev }) =>
        (field<Fields>(dev, 'Deployment/proxy', ...container, 'securityContext')['readOnlyRootFilesystem'] =
          false),
      /^Deployment\/proxy .*securityContext\.readOnlyRootFilesystem: false in dev, true in production$/,
    ],
    [
      'another init container',
      ({ dev }) =>
        field<Fields[]>(dev, 'Deployment/web', 'spec', 'template', 'spec', 'initContainers').push({
          name: 'extra',
        }),
      /^Deployment\/web .*initContainers\[extra\]: /,
    ],
    [
      'a probe',
      ({ production }) =>
        (field<Fields>(production, 'Deployment/api', ...container, 'readinessProbe')['periodSeconds'] = 60),
      /^Deployment\/api .*readinessProbe\.periodSeconds: 2 in dev, 60 in production$/,
    ],
    [
      'an image by tag',
      ({ production }) =>
        (field<Fields>(production, 'Deployment/web', ...container)['image'] = 'ghcr.io/dwaybank/web:1.0'),
      /^Deployment\/web .*image: "dway\/web" in dev, "ghcr\.io\/dwaybank\/web:1\.0" in production$/,
    ],
    [
      'a Service type',
      ({ dev }) => (field<Fields>(dev, 'Service/api', 'spec')['type'] = 'NodePort'),
      /^Service\/api spec\.type: "NodePort" in dev, nothing in production$/,
    ],
    [
      'an object that only production has',
      ({ production }) => production.push({ kind: 'CronJob', metadata: { name: 'tidy' } }),
      /^CronJob\/tidy: nothing in dev, /,
    ],
  ])('%s is found, and named with its place', (_what, change, said) => {
    expect(newProblems(change)).toEqual([expect.stringMatching(said)])
  })

  it('a line of the file that allows nothing any more is found too', () => {
    const problems = newProblems(({ production }) => {
      delete field<Fields>(production, 'Job/migrate', 'spec')['ttlSecondsAfterFinished']
    })
    expect(problems).toEqual([
      'Job/migrate spec.ttlSecondsAfterFinished is allowed (production), but does not differ like that',
    ])
  })
})

import fs from 'node:fs'
import path from 'node:path'
import { messageOf } from '../../errors.ts'
import { productionServices } from '../../production-images.ts'
import { $ } from '../../shell.ts'
import { buildables, buildImages, inspectImages } from '../build/images.ts'
import { dockerfilesOf } from '../dockerfiles.ts'
import { finding, type Finding } from '../finding.ts'
import { npmAdvisories } from '../scan/advisories.ts'
import { scanDockerfiles } from '../scan/dockerfiles.ts'
import { scanManifests } from '../scan/manifests.ts'
import { overlayDrift } from '../scan/overlay-drift.ts'
import { listAllPackages } from '../scan/packages.ts'
import { render } from '../scan/rendered.ts'
import { secretsInTree } from '../scan/secrets-in-tree.ts'
import { silencers } from '../scan/silencers.ts'
import { vulnerabilities } from '../scan/vulnerabilities.ts'
import type { Step, Target } from '../step.ts'

/** Findings, or one that says why there are none: what one scanner can't look at, another still can. */
async function orWhyNot(rule: string, subject: string, findings: Promise<Finding[]>): Promise<Finding[]> {
  return findings.catch((error: unknown) => [finding(rule, subject, 'could not verify', messageOf(error))])
}

async function manifests(tree: string): Promise<Finding[]> {
  const folder = `${tree}-rendered`
  try {
    const rendered = await render(tree, folder)
    return [overlayDrift(tree, rendered), ...(await scanManifests(rendered))]
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function packages({ tree, signal }: Target): Promise<Finding[]> {
  const wanted = buildables(dockerfilesOf(tree)).filter(({ name }) =>
    productionServices.some((service) => name === `${service}:production`),
  )
  const failed = await buildImages(tree, wanted, { suffix: '-sbom', signal })
  const images = await inspectImages(
    wanted.filter(({ name }) => !failed.has(name)),
    '-sbom',
  )
  try {
    return [...(await listAllPackages(images, signal)), ...(await vulnerabilities())]
  } finally {
    await $`docker image rm --force ${images.map(({ tag }) => tag)}`.nothrow()
  }
}

async function run(target: Target): Promise<Finding[]> {
  const { tree } = target
  return (
    await Promise.all([
      orWhyNot('tree-secrets', 'the tree', secretsInTree(tree)),
      orWhyNot('dockerfile-scanned', 'the Dockerfiles', scanDockerfiles(tree)),
      orWhyNot('manifest-scanned', path.join('k8s', 'overlays'), manifests(tree)),
      orWhyNot('sbom', 'the production images', packages(target)),
      npmAdvisories(tree),
    ])
  )
    .flat()
    .concat(silencers(tree))
}

export const securityScan: Step = {
  number: 2,
  name: 'security scan',
  proves:
    'Scanners find no secret, no weak setting and no unknown field in what is built and deployed; dev and production differ only where they should; and what the images are made of is listed.',
  needs: 'engine',
  run,
}

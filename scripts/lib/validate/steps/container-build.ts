import { toolchainTag, toolboxImage } from '../../settings.ts'
import { $, succeeds } from '../../shell.ts'
import { budgets } from '../build/budgets.ts'
import { buildables, buildImages, inspectImages, type BuiltImage } from '../build/images.ts'
import { lintDockerfiles, lintScripts } from '../build/lint.ts'
import { checkPins } from '../build/pinned.ts'
import { checkSameContent } from '../build/same-content.ts'
import { secretsIn } from '../build/secrets-in-images.ts'
import { dockerfilesOf } from '../dockerfiles.ts'
import { finding, type Finding } from '../finding.ts'
import type { Step, Target } from '../step.ts'

/** Files of the toolchain and the images that ./dway built of them before it ran this. */
const toolchainImages = (): Record<string, string> => ({
  base: `dway/base:${toolchainTag()}`,
  node: `dway/node:${toolchainTag()}`,
  registry: `dway/registry:${toolchainTag()}`,
  toolbox: toolboxImage(),
})

function checkSize({ name, bytes }: BuiltImage): Finding {
  const budget = budgets[name]
  const megabytes = Math.round(bytes / 1e6)
  if (budget === undefined)
    return finding(
      'image-size',
      name,
      'failed',
      `${megabytes} MB, and no budget`,
      'give it one in scripts/lib/validate/build/budgets.ts',
    )
  return megabytes < budget
    ? finding('image-size', name, 'passed', `${megabytes} MB of at most ${budget}`)
    : finding(
        'image-size',
        name,
        'failed',
        `${megabytes} MB of at most ${budget}`,
        'make it smaller, or say in the commit why it needs more',
      )
}

function checkUser({ name, user }: BuiltImage): Finding {
  const root = user === '' || /^(0|root)(:|$)/.test(user)
  return root
    ? finding(
        'image-user',
        name,
        'failed',
        `it runs as ${user || 'root'}`,
        'end the Dockerfile with USER 1001:1001',
      )
    : finding('image-user', name, 'passed', `it runs as ${user}`)
}

async function checkToolchain(): Promise<Finding[]> {
  return Promise.all(
    Object.entries(toolchainImages()).map(async ([name, tag]) =>
      (await succeeds($`docker image inspect ${tag}`))
        ? finding(
            'image-builds',
            name,
            'passed',
            `${tag} was built of this very toolchain: its tag is the hash of it`,
          )
        : finding('image-builds', name, 'failed', `the engine has no ${tag}`, './dway up builds it'),
    ),
  )
}

async function run({ tree, signal }: Target): Promise<Finding[]> {
  const dockerfiles = dockerfilesOf(tree)
  const wanted = buildables(dockerfiles)
  const [ofFiles, ofScripts, toolchain, failed] = await Promise.all([
    lintDockerfiles(tree, dockerfiles),
    lintScripts(tree),
    checkToolchain(),
    buildImages(tree, wanted, { signal }),
  ])
  const builds = wanted.map(({ name, file, target }) => {
    const why = failed.get(name)
    return why === undefined
      ? finding('image-builds', name, 'passed', `${file}${target ? `, target ${target},` : ''} builds`)
      : finding('image-builds', name, 'failed', why, `docker buildx build --file ${file} . shows all of it`)
  })
  const unbuilt = [...failed.keys()].flatMap((name) =>
    ['image-size', 'image-user', 'image-secrets'].map((rule) =>
      finding(rule, name, 'could not verify', 'it was not built'),
    ),
  )
  const images = await inspectImages(wanted.filter(({ name }) => !failed.has(name)))
  try {
    // Side by side: one waits for packages while the other reads.
    const [secrets, sameContent] = await Promise.all([
      secretsIn(images, signal),
      checkSameContent(tree, dockerfiles, images, signal),
    ])
    return [
      ...ofFiles,
      ...ofScripts,
      ...checkPins(tree, dockerfiles),
      ...toolchain,
      ...builds,
      ...unbuilt,
      ...images.map(checkSize),
      ...images.map(checkUser),
      ...secrets,
      ...sameContent,
    ]
  } finally {
    await $`docker image rm --force ${images.map(({ tag }) => tag)}`.nothrow()
  }
}

export const containerBuild: Step = {
  number: 1,
  name: 'container build',
  proves:
    'Every Dockerfile is clean and pinned; every image builds from the tree, keeps to its size, does not run as root, carries no secret, and gets the same content when it is built again.',
  needs: 'engine',
  run,
}

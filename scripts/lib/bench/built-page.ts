import { UserError } from '../errors.ts'
import { parseManifests } from '../manifests.ts'
import { cleaningUp } from '../on-exit.ts'
import { publishProductionImage } from '../production-images.ts'
import { registryPort } from '../registry.ts'
import { awaitOthersGone, awaitReady } from '../restart.ts'
import { renderProduction, sampleRelease } from '../sample-release.ts'
import { kubectlBank, must } from '../shell.ts'

const WEB = 'deployment/web'
/** What Tilt writes on all that it deploys. */
const MANAGED_BY_TILT = '"app.kubernetes.io/managed-by": "tilt"'

/** Production's Deployment of the page, with an image of this tree. */
async function builtDeployment(): Promise<string> {
  const web = await publishProductionImage('web', `localhost:${await registryPort()}`)
  const rendered = await renderProduction({ ...sampleRelease, images: { ...sampleRelease.images, web } })
  const deployment = parseManifests(rendered).find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'web',
  )
  if (!deployment) throw new Error('production renders no Deployment of the page')
  return JSON.stringify(deployment)
}

async function serve(deployment: string): Promise<void> {
  await must('the page was not deployed', kubectlBank(['apply', '--filename', '-'], deployment))
  await awaitReady(WEB)
  await awaitOthersGone(WEB)
}

/**
 * Serves the page as production does while something is done, and then dev's again. Where it is killed in between, whatever
 * deploys dev's next puts it back.
 */
export async function withBuiltPage<T>(work: () => Promise<T>): Promise<T> {
  const built = await builtDeployment()
  const words = ['apply', 'view-last-applied', WEB, '--output', 'json']
  const { stdout: dev } = await must("dev's page is not known", kubectlBank(words))
  if (!dev.includes(MANAGED_BY_TILT))
    throw new UserError("the page is not dev's, since a run before was killed: ./dway up puts it back")
  return cleaningUp(
    async () => {
      await serve(built)
      return work()
    },
    () => serve(dev),
  )
}

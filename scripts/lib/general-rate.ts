import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from './errors.ts'
import { NAME_LABEL, type List, type Pod } from './kubernetes.ts'
import { cleaningUp } from './on-exit.ts'
import { names } from './settings.ts'
import { getJson, kubectlBank, must } from './shell.ts'
import { step } from './steps.ts'

const WAIT_SECONDS = 120

interface ProxyDeployment {
  spec: { template: { spec: { containers: { env?: { name: string; value?: string }[] }[] } } }
}

/**
 * Runs `work` while the proxy takes that many requests from each address, and puts its own limit back in any case,
 * also when this process is told to end. The proxy starts anew before and afterwards.
 * @param rate as nginx writes it, for example `100000r/s`
 */
export async function withGeneralRate<T>(rate: string, work: () => Promise<T>): Promise<T> {
  const before = await currentRate()
  return cleaningUp(
    async () => {
      await step(`let the proxy take ${rate}`, () => setRate(`GENERAL_RATE=${rate}`))
      return work()
    },
    () =>
      step("put back the proxy's limit", () =>
        setRate(before === undefined ? 'GENERAL_RATE-' : `GENERAL_RATE=${before}`),
      ),
  )
}

/** The rate that the proxy's Deployment states, if it does. */
async function currentRate(): Promise<string | undefined> {
  const query = ['--namespace', names.namespace, 'deployment', 'proxy']
  const { spec } = await getJson<ProxyDeployment>(query)
  const [proxy] = spec.template.spec.containers
  return proxy?.env?.find(({ name }) => name === 'GENERAL_RATE')?.value
}

async function setRate(change: string): Promise<void> {
  const what = "the proxy's limit was not changed"
  await must(what, kubectlBank(['set', 'env', 'deployment/proxy', '--containers=proxy', change]))
  await must(what, kubectlBank(['rollout', 'status', 'deployment/proxy', `--timeout=${WAIT_SECONDS}s`]))
  await formerPodsGone()
}

/** A pod that is about to go still holds connections, under the limit that it was started with. */
async function formerPodsGone(): Promise<void> {
  const end = performance.now() + WAIT_SECONDS * 1000
  const query = ['--namespace', names.namespace, 'pods', '--selector', `${NAME_LABEL}=proxy`]
  for (;;) {
    const { items } = await getJson<List<Pod>>(query)
    if (items.every(({ metadata }) => metadata.deletionTimestamp === undefined)) return
    if (performance.now() > end) throw new UserError('a former pod of the proxy does not end')
    await sleep(500)
  }
}

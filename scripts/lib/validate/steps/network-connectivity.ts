import { parseManifests } from '../../manifests.ts'
import { overlayOf, renderOverlay, selection } from '../../overlay.ts'
import type { Check } from '../../report.ts'
import { names } from '../../settings.ts'
import { checkEdges } from '../../verify/edges.ts'
import { checkFrontDoor } from '../../verify/front-door.ts'
import type { NetworkPolicy } from '../../verify/policies.ts'
import { finding, type Finding } from '../finding.ts'
import type { Step } from '../step.ts'
import { unlessAway } from '../unless-away.ts'

const asFindings = (rule: string, checks: readonly Check[]): Finding[] =>
  checks.map(({ name, verdict, evidence, remedy }) => finding(rule, name, verdict, evidence, remedy))

/** The policies of the tree, as what runs should have them. */
async function declaredPolicies(tree: string): Promise<NetworkPolicy[]> {
  const objects = parseManifests(await renderOverlay(overlayOf(selection()), tree))
  return objects.filter(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === names.namespace,
  ) as unknown as NetworkPolicy[]
}

export const networkConnectivity: Step = {
  number: 4,
  name: 'network connectivity',
  proves:
    'Every service reaches what it needs and nothing else: each pod has tried every port of every other, and a stranger has too.',
  needs: 'bank',
  async run({ tree }) {
    const [edges, frontDoor] = await Promise.all([
      unlessAway('connections', 'all pods', async () =>
        // What is applied is no judge of itself: a policy too many would allow what it opens.
        asFindings('connections', (await checkEdges(await declaredPolicies(tree))).checks),
      ),
      unlessAway('front-door', 'the front door', async () =>
        asFindings('front-door', await checkFrontDoor()),
      ),
    ])
    return [...edges, ...frontDoor]
  },
}

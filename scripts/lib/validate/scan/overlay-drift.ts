import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { differences, judge, type Allowance } from '../../differences.ts'
import { finding, type Finding } from '../finding.ts'
import type { Rendered } from './rendered.ts'

const RULE = 'overlay-drift'
const SUBJECT = 'dev-full and production'

/** Whether dev and production differ only as k8s/differences.yaml allows, for a reason. */
export function overlayDrift(tree: string, { objects }: Rendered): Finding {
  const allowed = parse(fs.readFileSync(path.join(tree, 'k8s/differences.yaml'), 'utf8')) as Allowance[]
  const found = differences(objects['dev-full'], objects.production)
  const problems = judge(found, allowed)
  return problems.length === 0
    ? finding(RULE, SUBJECT, 'passed', `${found.length} differences, each allowed by k8s/differences.yaml`)
    : finding(
        RULE,
        SUBJECT,
        'failed',
        problems.join('\n'),
        'make them the same, or allow the difference in k8s/differences.yaml with a reason',
      )
}

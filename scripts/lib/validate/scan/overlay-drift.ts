import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { differences, judge, type Allowance } from '../../differences.ts'
import { findingOf, type Finding } from '../finding.ts'
import type { Rendered } from './rendered.ts'

const RULE = 'overlay-drift'
const SUBJECT = 'dev-full and production'

/** Whether dev and production differ only as k8s/differences.yaml allows, for a reason. */
export function overlayDrift(tree: string, { objects }: Rendered): Finding {
  const allowed = parse(fs.readFileSync(path.join(tree, 'k8s/differences.yaml'), 'utf8')) as Allowance[]
  const found = differences(objects['dev-full'], objects.production)
  return findingOf(RULE, SUBJECT, {
    wrong: judge(found, allowed),
    good: `${found.length} differences, each allowed by k8s/differences.yaml`,
    remedy: 'make them the same, or allow the difference in k8s/differences.yaml with a reason',
  })
}

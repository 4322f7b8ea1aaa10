import fs from 'node:fs'
import path from 'node:path'
import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a waiver has expired',
  step: 2,
  in: 'tree',
  finds: { rule: 'waiver-expired', subject: 'trivy-ds026, *' },
  also: [{ rule: 'trivy-ds026' }],
  plant: ({ tree }) => {
    const text = fs.readFileSync(path.join(tree, 'waivers.yaml'), 'utf8')
    const [waiver] = /rule: trivy-ds026\n(?: .*\n)*? +expires: .*/.exec(text) ?? []
    if (waiver === undefined) throw new Error('waivers.yaml waives no trivy-ds026')
    return replaceIn(tree, 'waivers.yaml', waiver, waiver.replace(/expires: .*/, "expires: '2026-01-01'"))
  },
}

export default fault

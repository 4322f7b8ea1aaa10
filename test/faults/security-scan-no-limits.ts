import fs from 'node:fs'
import path from 'node:path'
import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a container may take as much as it likes',
  step: 2,
  in: 'tree',
  finds: { rule: 'container-resources', subject: 'Deployment/web' },
  plant: ({ tree }) => {
    const file = 'k8s/base/web/deployment.yaml'
    const [limits] = /^ +limits: .*\n/m.exec(fs.readFileSync(path.join(tree, file), 'utf8')) ?? []
    if (limits === undefined) throw new Error(`${file} has no limits`)
    return replaceIn(tree, file, limits, '')
  },
}

export default fault

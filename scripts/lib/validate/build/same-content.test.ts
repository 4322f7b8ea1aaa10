import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../settings.ts'
import { afresh, missingStages } from './same-content.ts'

it.each(Object.entries(afresh))('the stages of %s that are built again are there', (name, stages) => {
  const file = `services/${name.split(':')[0] ?? ''}/Dockerfile`
  const has = [...fs.readFileSync(path.join(root, file), 'utf8').matchAll(/^FROM .* AS (\S+)$/gm)]
  const dockerfiles = [{ file, instructions: [], stages: has.map(([, stage = '']) => stage) }]
  expect(missingStages({ file }, stages, dockerfiles)).toEqual([])
  expect(missingStages({ file }, [...stages, 'gone'], dockerfiles)).toEqual(['gone'])
  expect(missingStages({ file: 'services/other/Dockerfile' }, stages, dockerfiles)).toEqual(stages)
})

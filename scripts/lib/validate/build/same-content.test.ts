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

// What the engine's cache has of a mirror may be older than what the mirror has now.
it.each(Object.entries(afresh))('the stages of %s that are built again fetch nothing', (name, stages) => {
  const file = `services/${name.split(':')[0] ?? ''}/Dockerfile`
  const text = fs.readFileSync(path.join(root, file), 'utf8')
  const again = text
    .split(/^(?=FROM )/m)
    .filter((part) => stages.includes(/^FROM .* AS (\S+)$/m.exec(part)?.[1] ?? ''))
  expect(again).toHaveLength(stages.length)
  for (const part of again) expect(part).not.toMatch(/apt-install|npm-ci|pip install|go mod/)
})

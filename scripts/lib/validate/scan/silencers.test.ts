import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { silencers } from './silencers.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => fs.rmSync(folder, { recursive: true })))

function found(file: string, text: string) {
  const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'silencers-'))
  folders.push(tree)
  fs.writeFileSync(path.join(tree, 'README.md'), '# shellcheck disable=SC1000')
  fs.writeFileSync(path.join(tree, file), text)
  return silencers(tree)
}

// Put together here, so that this file silences nothing.
const disable = ['# shellcheck', 'disable=SC2086'].join(' ')

it.each([
  ['a script by its first line', 'start', `#!/usr/bin/env bash\n${disable} # why\n`],
  ['a script of sh', 'start', `#!/bin/sh\n${disable}\n`],
  ['a part of a script', 'part.sh', `# shellcheck shell=bash\n${disable}\n`],
  ['two at once', 'part.sh', '# shellcheck shell=bash disable=SC2086\n'],
  ['a manifest', 'pod.yaml', 'metadata: { annotations: { checkov.io/skip1: CKV_K8S_20 } }'],
  ['settings', '.shellcheckrc', ''],
])('sees %s that silences a scanner', (_, file, text) => {
  expect(found(file, text)).toMatchObject([{ rule: 'silenced-scanner', subject: file, verdict: 'failed' }])
})

it('leaves what only tells a scanner how to read, and documents', () => {
  expect(found('part.sh', '# shellcheck shell=bash source=steps.sh\n')).toMatchObject([{ verdict: 'passed' }])
})

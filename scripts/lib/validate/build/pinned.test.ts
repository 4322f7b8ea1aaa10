import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { root } from '../../settings.ts'
import { copyWorkingTree } from '../../working-tree.ts'
import { dockerfilesOf } from '../dockerfiles.ts'
import { checkPins } from './pinned.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => fs.rmSync(folder, { recursive: true })))

/** What is wrong with the images of a Dockerfile of these lines. */
function wrongImages(...lines: string[]): string[] {
  const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'pinned-'))
  folders.push(tree)
  fs.cpSync(path.join(root, 'toolchain/versions.yaml'), path.join(tree, 'toolchain/versions.yaml'))
  fs.mkdirSync(path.join(tree, 'services/one'), { recursive: true })
  fs.writeFileSync(path.join(tree, 'services/one/Dockerfile'), `${lines.join('\n')}\n`)
  return checkPins(tree, dockerfilesOf(tree))
    .filter(({ rule, verdict }) => rule === 'pinned-base' && verdict === 'failed')
    .flatMap(({ evidence }) => evidence.split('\n'))
}

const digest = `@sha256:${'a'.repeat(64)}`

it(
  'every Dockerfile of the checkout names its images so that each means one thing',
  { timeout: 30_000 },
  () => {
    const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'pinned-'))
    folders.push(tree)
    copyWorkingTree(tree)
    const wrong = checkPins(tree, dockerfilesOf(tree)).filter(
      ({ rule, verdict }) => rule === 'pinned-base' && verdict !== 'passed',
    )
    expect(wrong).toEqual([])
  },
)

it.each([
  ['a stage above', ['FROM scratch AS one', 'FROM one AS two']],
  ['a digest', [`FROM nginx:1.28${digest}`]],
  ['an image made here', ['ARG BASE=dway/base', 'FROM ${BASE}']],
  [
    'a stage for each processor',
    ['FROM scratch AS a-amd64', 'FROM scratch AS a-arm64', 'FROM a-$TARGETARCH'],
  ],
  [
    'a copy of a stage',
    ['FROM scratch AS one', 'FROM scratch', 'COPY --from=one /a /', 'COPY --from=0 /a /'],
  ],
  ['a copy of a digest', ['FROM scratch', `COPY --from=nginx${digest} /a /`]],
  ['a mount of a stage', ['FROM scratch AS one', 'FROM scratch', 'RUN --mount=from=one,target=/a true']],
])('%s is taken', (_, lines) => {
  expect(wrongImages(...lines)).toEqual([])
})

it.each([
  ['a tag', ['FROM nginx:1.28'], /FROM nginx:1.28 names no digest$/],
  ['no tag', ['FROM nginx'], /FROM nginx names no digest, and means latest$/],
  ['an image called as its own stage', ['FROM nginx AS nginx'], /FROM nginx names no digest/],
  ['a stage that comes later', ['FROM two AS one', 'FROM scratch AS two'], /FROM two names no digest/],
  ['an argument of nobody', ['FROM ${WHATEVER}'], /FROM \$\{WHATEVER\} has no value that is known$/],
  ['an argument with a tag', ['ARG ONE=nginx:1.28', 'FROM ${ONE}'], /FROM \$\{ONE\} names no digest$/],
  [
    'no stage for one processor',
    ['FROM scratch AS a-amd64', 'FROM a-$TARGETARCH'],
    /a-\$TARGETARCH names no/,
  ],
  [
    'a copy of a tag',
    ['FROM scratch', 'COPY --from=nginx:1.28 /a /'],
    /line 2: COPY nginx:1.28 names no digest/,
  ],
  ['a copy of itself', ['FROM scratch AS one', 'COPY --from=one /a /'], /COPY one names no digest/],
  ['a copy of a stage too many', ['FROM scratch', 'COPY --from=0 /a /'], /COPY 0 names no digest/],
  [
    'a mount of a tag',
    ['FROM scratch', 'RUN --mount=type=bind,from=nginx:1.28,target=/a true'],
    /RUN nginx:1.28/,
  ],
])('%s is a finding', (_, lines, what) => {
  expect(wrongImages(...lines)).toEqual([expect.stringMatching(what)])
})

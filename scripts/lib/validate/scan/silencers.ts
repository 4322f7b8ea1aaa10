import fs from 'node:fs'
import path from 'node:path'
import { finding, type Finding } from '../finding.ts'
import { filesIn } from '../tree.ts'

const RULE = 'silenced-scanner'

/** Comments and annotations by which a file tells a scanner to say nothing. */
const comment =
  /trivy:ignore|tfsec:ignore|checkov:skip|checkov\.io\/skip|bridgecrew:skip|hadolint\s+(global\s+)?ignore=|kube-score\/ignore|#\s*shellcheck\s.*disable=/
/** Files by whose names a scanner takes settings. */
const settings =
  /^(\.trivyignore(\.ya?ml)?|trivy(-secret)?\.ya?ml|\.?checkov\.ya?ml|\.?hadolint\.ya?ml|\.shellcheckrc)$/
/** What scanners read; documents and this code may speak of such comments. */
const scanned = /(Dockerfile|\.ya?ml|\.sh|\.conf|\.toml)$/
/** A script is known by its first line. */
const script = /^#!.*\b(ba)?sh\b/

/** Whether a file of the tree tells a scanner to overlook something: only waivers.yaml may, where it has an end. */
export function silencers(tree: string): Finding[] {
  const read = (file: string) => fs.readFileSync(path.join(tree, file), 'utf8')
  const files = filesIn(tree).filter(
    (file) =>
      scanned.test(file) || settings.test(path.basename(file)) || script.test(read(file).slice(0, 60)),
  )
  const bad = files.flatMap((file) => {
    if (settings.test(path.basename(file)))
      return [finding(RULE, file, 'failed', 'it would choose what a scanner says nothing of', 'remove it')]
    const lines = read(file).split('\n')
    const at = lines.flatMap((line, index) => {
      const [found] = comment.exec(line) ?? []
      return found === undefined ? [] : [`line ${index + 1}: ${found}`]
    })
    if (at.length === 0) return []
    return [finding(RULE, file, 'failed', at.join('\n'), 'mend what it hides, or waive that in waivers.yaml')]
  })
  return bad.length > 0
    ? bad
    : [finding(RULE, 'the tree', 'passed', `none in ${files.length} files that scanners read`)]
}

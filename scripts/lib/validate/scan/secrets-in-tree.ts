import { finding, type Finding } from '../finding.ts'
import { notRun } from '../not-run.ts'
import { runScanner } from '../scanners.ts'
import { filesIn } from '../tree.ts'
import { TRIVY, trivyIsThere } from '../trivy.ts'

const RULE = 'tree-secrets'

/** Whether a file of the tree has a key or password in it that Trivy knows by its form. */
export async function secretsInTree(tree: string): Promise<Finding[]> {
  if (!(await trivyIsThere()))
    return [notRun(RULE, 'the tree', 'there is no Trivy for this processor', 'run it on amd64')]
  const command = [...TRIVY('fs'), '--scanners', 'secret', '--format', 'json', '/tree']
  const { stdout, stderr, exitCode } = await runScanner(command, { reads: { '/tree': tree } })
  if (exitCode !== 0)
    return [
      finding(RULE, 'the tree', 'could not verify', `Trivy ended with ${exitCode ?? 'a signal'}: ${stderr}`),
    ]
  const { Results = [] } = JSON.parse(stdout) as {
    Results?: { Target: string; Secrets?: { Title: string; StartLine: number }[] }[]
  }
  const found = Results.flatMap(({ Target, Secrets = [] }) =>
    Secrets.map(({ Title, StartLine }) =>
      finding(
        RULE,
        Target,
        'failed',
        `line ${StartLine}: ${Title}`,
        'take it out, and replace the secret: whoever has the tree has it',
      ),
    ),
  )
  const count = filesIn(tree).length
  return found.length > 0 ? found : [finding(RULE, 'the tree', 'passed', `none in ${count} files`)]
}

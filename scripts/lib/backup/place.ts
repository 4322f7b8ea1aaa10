import { kubectlBank, must } from '../shell.ts'

/** Where the store is: pgBackRest's variables, as the ConfigMap has them. */
export async function readPlace(): Promise<Record<string, string>> {
  const { stdout } = await must(
    'the ConfigMap backup cannot be read',
    kubectlBank(['get', 'configmap/backup', '--output', 'json']),
  )
  return (JSON.parse(stdout) as { data: Record<string, string> }).data
}

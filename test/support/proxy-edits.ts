import { kubectlBank } from '../../scripts/lib/shell.ts'

const inProxy = (script: string) =>
  kubectlBank(
    ['exec', '--stdin', 'deployment/proxy', '--container', 'proxy', '--', 'bash', '-eus'],
    `cd /etc/nginx/conf\n${script}\nload-sources\n`,
  )

/**
 * Changes the configuration that the proxy of dev serves, without the tree.
 * @param script bash, which runs in the folder of the configuration
 * @returns has it serve what it did before
 */
export async function editProxy(script: string): Promise<() => Promise<void>> {
  const heal = async () => {
    await inProxy('cp /tmp/served-before/* .; rm -r /tmp/served-before')
  }
  try {
    await inProxy(`mkdir /tmp/served-before; cp ./* /tmp/served-before\n${script}`)
    return heal
  } catch (error) {
    await heal()
    throw error
  }
}

/** The same of the headers that every answer of the bank has, by a script of sed. */
export const editHeaders = (script: string) =>
  editProxy(`sed '${script}' headers.conf >/tmp/headers.conf
    sed -i 's#include conf/headers.conf;#include /tmp/headers.conf;#' bank.conf`)

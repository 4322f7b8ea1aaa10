import { kubectlBank } from '../../scripts/lib/shell.ts'

const inProxy = (script: string) =>
  kubectlBank(
    ['exec', '--stdin', 'deployment/proxy', '--container', 'proxy', '--', 'bash', '-eus'],
    `cd /etc/nginx/conf\n${script}\n`,
  )

// It may have been done before, or by a pod that is new.
const PUT_BACK = `[ -e /tmp/served-before ] || exit 0
cp /tmp/served-before/* .
load-sources
rm -r /tmp/served-before`

/**
 * Changes the configuration that the proxy of dev serves, without the tree.
 * @param script bash, which runs in the folder of the configuration
 * @returns has it serve what it did before
 */
export async function editProxy(script: string): Promise<() => Promise<void>> {
  const heal = async () => {
    await inProxy(PUT_BACK)
  }
  try {
    await inProxy(`mkdir /tmp/served-before; cp ./* /tmp/served-before\n${script}\nload-sources`)
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

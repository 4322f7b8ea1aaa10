import { renderNamespace } from '../overlay.ts'
import { readSecret, writeSecret } from '../secrets.ts'
import { kubectl, must } from '../shell.ts'

/** What the shipper of logs knows itself by at Elasticsearch. */
export const SHIPPER_LOGIN = 'elasticsearch-shipper'

/** Gives the shipper's login to the namespace that it runs in, which is another one than Elasticsearch's. */
export async function shareShipperLogin(): Promise<void> {
  const namespace = await renderNamespace('dwaybank-node')
  await must('the namespace was not made', kubectl(['apply', '--filename', '-'], namespace))
  const { username = '', password = '' } = await readSecret(SHIPPER_LOGIN)
  await writeSecret(SHIPPER_LOGIN, { username, password }, { namespace: 'dwaybank-node' })
}

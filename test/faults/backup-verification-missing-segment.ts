import { archiveAll } from '../../scripts/lib/backup/archive.ts'
import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { hide, newestInStore } from '../support/store-edits.ts'

export default {
  breaks: 'a segment of the log is missing in the archive',
  step: 7,
  in: 'bank',
  finds: { rule: 'restores', subject: 'StatefulSet/object-store' },
  plant: async () => {
    await archiveAll()
    return hide(await newestInStore('archive/dwaybank/*/*/*-*'))
  },
} satisfies Fault

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
    const file = await newestInStore('archive/dwaybank/17-1/*/*-*')
    await hide(file, true)
    return () => hide(file, false)
  },
} satisfies Fault

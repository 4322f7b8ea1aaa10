import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { flipBit, newestInStore } from '../support/store-edits.ts'

export default {
  breaks: 'one bit of the newest backup is another one',
  step: 7,
  in: 'bank',
  finds: { rule: 'restores', subject: 'StatefulSet/object-store' },
  plant: async () => flipBit(await newestInStore('backup/dwaybank/2*/bundle/1')),
} satisfies Fault

import { Counter, type Registry } from '@prometheus-io/client'

const LOGINS = ['accepted', 'refused', 'throttled'] as const
const TRANSFERS = ['booked', 'refused', 'replayed'] as const

export type LoginOutcome = (typeof LOGINS)[number]
export type TransferOutcome = (typeof TRANSFERS)[number]

export interface Decisions {
  /** Counts a login that was decided; one that met a failure of ours was not. */
  countLogin(outcome: LoginOutcome): void
  /** Counts a transfer or reversal that was decided, or whose decision was given again. */
  countTransfer(outcome: TransferOutcome): void
  /** Counts a transfer or reversal that met a deadlock or a serialization failure and is tried again. */
  countTransferRetry(): void
}

/** Makes the metrics of what the bank decided. */
export function decisionMetrics(register: Registry): Decisions {
  const registers = [register]
  const logins = new Counter({
    name: 'dwaybank_logins_total',
    help: 'Logins decided, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const transfers = new Counter({
    name: 'dwaybank_transfers_total',
    help: 'Transfers and reversals answered, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const retries = new Counter({
    name: 'dwaybank_transfer_retries_total',
    help: 'Transfers and reversals tried again after a deadlock or a serialization failure.',
    registers,
  })
  // From zero on: nobody can see a series grow that begins with its first event.
  for (const outcome of LOGINS) logins.inc({ outcome }, 0)
  for (const outcome of TRANSFERS) transfers.inc({ outcome }, 0)
  return {
    countLogin: (outcome) => logins.inc({ outcome }),
    countTransfer: (outcome) => transfers.inc({ outcome }),
    countTransferRetry: () => retries.inc(),
  }
}

import { describe, expect, it } from 'vitest'
import { requestHash, type TransferRequest } from './transfers.ts'

const request: TransferRequest = {
  customerId: 'c1',
  idempotencyKey: 'k1',
  fromAccountId: 'aaaaaaaa-0000-4000-8000-000000000001',
  toAccountNumber: '1234567889',
  amount: 100,
  reference: 'Rent',
}

describe('the hash of a transfer request', () => {
  it('is the same for the same request under any key', () => {
    expect(requestHash({ ...request, idempotencyKey: 'k2' })).toEqual(requestHash(request))
  })

  it('does not depend on how an id is spelled', () => {
    const fromAccountId = request.fromAccountId.toUpperCase()
    expect(requestHash({ ...request, fromAccountId })).toEqual(requestHash(request))
  })

  it('differs with anything that is asked', () => {
    const others = [{ amount: 101 }, { reference: 'rent' }, { toAccountNumber: '0000000195' }]
    for (const other of others) {
      expect(requestHash({ ...request, ...other })).not.toEqual(requestHash(request))
    }
  })
})

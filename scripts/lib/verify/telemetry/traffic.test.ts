import { expect, it } from 'vitest'
import type { Answer, HttpsClient, Question } from '../../https-client.ts'
import { openPage, transferAsSomebodyNew } from './traffic.ts'

/** A bank that gives these answers, one after the other, and the last one from then on. */
function bankThatAnswers(...statuses: number[]): { bank: HttpsClient; asked: string[] } {
  const asked: string[] = []
  const ask = async (path: string, { method = 'GET' }: Question = {}): Promise<Answer> => {
    asked.push(`${method} ${path}`)
    const status = statuses[Math.min(asked.length, statuses.length) - 1] ?? 0
    return { status, headers: { 'retry-after': '0.001' }, text: '{"code":"planted"}' }
  }
  return { bank: { ask } as unknown as HttpsClient, asked }
}

it('a page is asked for again while an api starts, or who asks was told to wait', async () => {
  const { bank, asked } = bankThatAnswers(503, 429, 200)
  await openPage(bank, 'mark')
  expect(asked).toEqual(['GET /', 'GET /', 'GET /'])
})

it('what is never answered as it should be is an error after three tries', async () => {
  const { bank, asked } = bankThatAnswers(503)
  await expect(openPage(bank, 'mark')).rejects.toThrow('the bank answered / with 503 planted')
  expect(asked).toHaveLength(3)
})

it.each([404, 500, 502])('an answer of %i is an error at once', async (status) => {
  const { bank, asked } = bankThatAnswers(status)
  await expect(openPage(bank, 'mark')).rejects.toThrow(`with ${status} planted`)
  expect(asked).toHaveLength(1)
})

it('what may have been done is not asked for a second time', async () => {
  const { bank, asked } = bankThatAnswers(503)
  await expect(transferAsSomebodyNew(bank, 'mark')).rejects.toThrow('/api/register with 503 planted')
  expect(asked).toEqual(['POST /api/register'])
})

import { expect, it } from 'vitest'
import { secretsOf } from './secrets-in-images.ts'

const bom = { components: [{ name: 'libc6' }] }
const key = { Title: 'AsymmetricPrivateKey', StartLine: 3 }
const verdicts = (...args: Parameters<typeof secretsOf>) =>
  secretsOf(...args).map(({ subject, verdict }) => `${subject} ${verdict}`)

it('passes an image in which nothing was found', () => {
  expect(verdicts('api:production', { secrets: { Results: [{ Target: 'debian' }] }, bom })).toEqual([
    'api:production passed',
  ])
})

it('names each file with a secret by itself', () => {
  const Results = [
    { Target: '/etc/a.pem', Secrets: [key, key] },
    { Target: 'debian' },
    { Target: '/b', Secrets: [key] },
  ]
  expect(verdicts('api:production', { secrets: { Results }, bom })).toEqual([
    'api:production/etc/a.pem failed',
    'api:production/b failed',
  ])
})

it('does not pass an image of which nothing was said', () => {
  expect(verdicts('api:production', { secrets: {}, bom: {} })).toEqual(['api:production could not verify'])
})

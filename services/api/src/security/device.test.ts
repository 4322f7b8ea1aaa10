import { describe, expect, it } from 'vitest'
import { deviceOf } from './device.ts'

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)'

describe('a device', () => {
  it.each([
    ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    [
      'Chrome on Windows',
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
    ],
    [
      'Edge on Windows',
      `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
    ],
    [
      'Chrome on Android',
      `Mozilla/5.0 (Linux; Android 15; Pixel 9) ${WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36`,
    ],
    [
      'Safari on iPhone',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1',
    ],
    ['Safari on macOS', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15'],
    ['curl', 'curl/8.14.1'],
    ['Unknown device', ''],
    ['Unknown device', 'Mozilla/5.0'],
    ['Unknown device', undefined],
  ])('is told as %s', (device, userAgent) => {
    expect(deviceOf(userAgent)).toBe(device)
  })

  it('is told in 64 printable characters at most, whatever is sent', () => {
    for (const sent of [
      'x'.repeat(10_000),
      '<script>'.repeat(900),
      'evil\u0000\r\n',
      `${'a.'.repeat(99)} Linux`,
    ]) {
      expect(deviceOf(sent)).toMatch(/^[A-Za-z0-9._ -]{1,64}$/)
    }
  })
})

import { afterEach, describe, expect, it, vi } from 'vitest'
import { chooseLanguage, currentlySpoken, preferredLanguage } from './language.ts'
import { de } from './messages/de.ts'
import { en } from './messages/en.ts'
import { de as deOfOperators } from './operator/messages-de.ts'
import { en as enOfOperators } from './operator/messages-en.ts'

describe('preferredLanguage', () => {
  it('is what was chosen once', () => {
    expect(preferredLanguage('de', ['en-GB'])).toBe('de')
  })

  it("is else the first of the browser's that the page has", () => {
    expect(preferredLanguage(null, ['fr-FR', 'de-AT', 'en'])).toBe('de')
    expect(preferredLanguage('xx', ['fr'])).toBe('en')
  })
})

describe('a language that cannot be loaded', () => {
  afterEach(() => {
    vi.doUnmock('./messages/de.ts')
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })

  it('leaves the page in the one that it speaks, and is named', async () => {
    const documentElement = { lang: '' }
    vi.stubGlobal('document', { documentElement })
    vi.stubGlobal('localStorage', { setItem: () => undefined })
    vi.spyOn(console, 'error').mockReturnValue()
    vi.doMock('./messages/de.ts', () => {
      throw new Error('not loaded')
    })
    await chooseLanguage('de')
    expect(currentlySpoken()).toMatchObject({ language: 'en', missing: 'de', messages: en })
    expect(documentElement.lang).toBe('en')
    await chooseLanguage('en')
    expect(currentlySpoken().missing).toBeUndefined()
  })
})

/** Every text of a catalogue by its place, each function called as for one and for many. */
function texts(catalogue: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(catalogue) as [string, unknown][]) {
    const place = `${path}${name}`
    if (typeof value === 'string') found.set(place, value)
    else if (typeof value === 'function')
      for (const count of [1, 2]) found.set(`${place}(${count})`, (value as (n: number) => string)(count))
    else for (const [inner, text] of texts(value as object, `${place}.`)) found.set(inner, text)
  }
  return found
}

describe('the catalogues', () => {
  const [english, german] = [
    texts({ ...en, operators: enOfOperators }),
    texts({ ...de, operators: deOfOperators }),
  ]

  it('have the same texts, and none is empty', () => {
    expect([...german.keys()]).toEqual([...english.keys()])
    expect([...english.values(), ...german.values()].filter((text) => text.trim() === '')).toEqual([])
  })

  it('say one and many apart', () => {
    expect([en.account.moreShown(1), en.account.moreShown(2)]).toEqual([
      '1 more movement is shown.',
      '2 more movements are shown.',
    ])
    expect([de.wait(1), de.wait(2)].map((text) => text.split(' ')[2])).toEqual(['Sekunde', 'Sekunden'])
  })
})

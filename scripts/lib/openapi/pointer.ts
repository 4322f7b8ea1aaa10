/** The JSON pointer that goes down the keys. */
export const pointer = (...keys: string[]) =>
  keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/**
 * What a document has where a JSON pointer leads.
 * @throws RangeError if it leads nowhere
 */
export function follow(document: object, place: string): unknown {
  const [start, ...keys] = place.split('/')
  const found =
    start === '' && keys.length > 0
      ? keys.reduce<unknown>(
          (value, key) =>
            (value as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
          document,
        )
      : undefined
  if (found === undefined) throw new RangeError(`the document has no ${place}`)
  return found
}

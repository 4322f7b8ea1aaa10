import { errorCodes } from 'fastify'
import type { Api } from './routes/types.ts'

/** No body of this API nests deeper than two; what does was made to hurt a parser or a validator. */
const MOST_NESTING = 10

/**
 * Has a server read JSON alone, which a page elsewhere can't send without asking first. Deep nesting is refused before
 * it is parsed, and so is what would reach for a prototype.
 */
export function readJsonAlone(api: Api): void {
  const parse = api.getDefaultJsonParser('error', 'error')
  api.removeAllContentTypeParsers()
  api.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (nestingOf(body) > MOST_NESTING) done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY())
    else void parse(request, body, done)
  })
}

/** How deeply objects and arrays nest in a JSON text. */
export function nestingOf(json: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index]
    if (inString) {
      if (character === '\\') index += 1
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') deepest = Math.max(deepest, (depth += 1))
    else if (character === '}' || character === ']') depth -= 1
  }
  return deepest
}

// openapi: writes the API document and what is made from it, from the api's routes
//
// Usage: ./dway openapi [--check | --release] [--json]
//
// Writes services/api/openapi.json, and from it services/web/src/api/schema.ts, the types of the web front end. Then
// compares the document with services/api/openapi.released.json, which clients rely on, and names what would break
// them. Needs neither the bank nor a database.
//
//   --check    writes nothing: fails when a file is stale or a change breaks clients
//   --release  also takes the document as the one that clients rely on from now on, breaking changes included
//   --json     prints the breaking changes as JSON
import fs from 'node:fs'
import path from 'node:path'
import { readArgs } from './lib/args.ts'
import { messageOf, runVerb, UsageError, UserError } from './lib/errors.ts'
import { breakingChanges } from './lib/openapi/breaking.ts'
import { committedDocument } from './lib/openapi/document.ts'
import { apiFiles, releasedDocument } from './lib/openapi/files.ts'
import { root } from './lib/settings.ts'
import { note } from './lib/steps.ts'

await runVerb('openapi', async () => {
  const { flags } = readArgs(import.meta.url)
  if (flags['check'] && flags['release'])
    throw new UsageError('--check writes nothing and --release does: give one of them')
  const { document, files } = await apiFiles()
  const stale = files.filter(({ name, content }) => read(name) !== content)
  if (flags['check']) {
    const names = stale.map(({ name }) => name)
    if (names.length > 0)
      throw new UserError(`${names.join(' and ')} do not fit the routes: run ./dway openapi`)
  } else for (const { name, content } of stale) write(name, content)
  const breaking = breakingChanges(JSON.parse(read(releasedDocument) ?? '{"paths":{}}') as object, document)
  if (flags['json']) console.log(JSON.stringify(breaking, null, 2))
  if (flags['release']) {
    write(releasedDocument, read(committedDocument) ?? '')
    for (const change of breaking) note(`breaks clients of the last release: ${change}`)
    return
  }
  if (breaking.length > 0)
    throw new UserError('clients of the released API would break', {
      evidence: breaking,
      remedy: 'Keep what they rely on; where that cannot be, release it: ./dway openapi --release',
    })
})

function read(name: string): string | undefined {
  const file = path.join(root, name)
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
}

function write(name: string, content: string): void {
  try {
    fs.writeFileSync(path.join(root, name), content)
  } catch (error) {
    throw new UserError(`${name} cannot be written: ${messageOf(error)}`, {
      cause: error,
      remedy: "README.md, 'Files can't be saved in the container', says why",
    })
  }
  note(`wrote ${name}`)
}

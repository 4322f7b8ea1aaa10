import path from 'node:path'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import * as prettier from 'prettier'
import { generateDocument } from '../../../services/api/src/openapi/generate.ts'
import { root } from '../settings.ts'
import { committedDocument } from './document.ts'

/** What clients rely on: the document of the last release. */
export const releasedDocument = 'services/api/openapi.released.json'

export interface GeneratedFile {
  name: string
  content: string
}

/** The API document as the routes say it, and the files that are made from it, as they should be. */
export async function apiFiles(): Promise<{ document: object; files: GeneratedFile[] }> {
  const document = await generateDocument()
  const types = astToString(await openapiTS(document as OpenAPI3))
  const head = '// Made by ./dway openapi from services/api/openapi.json; changed there alone.\n'
  return {
    document,
    files: [
      await formatted(committedDocument, JSON.stringify(document)),
      await formatted('services/web/src/api/schema.ts', head + types),
    ],
  }
}

async function formatted(name: string, text: string): Promise<GeneratedFile> {
  const file = path.join(root, name)
  const config = await prettier.resolveConfig(file, { editorconfig: true })
  return { name, content: await prettier.format(text, { ...config, filepath: file }) }
}

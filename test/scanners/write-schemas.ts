// Writes a JSON schema for each kind of the Kubernetes API, as kubeconform looks for them: out of the API's own document,
// and strict, so that a field which the API doesn't know is refused.
import fs from 'node:fs'
import path from 'node:path'

interface Definition {
  type?: string
  format?: string
  properties?: Record<string, unknown>
  additionalProperties?: unknown
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[]
  'x-kubernetes-preserve-unknown-fields'?: boolean
  [field: string]: unknown
}

const [from = '', to = ''] = process.argv.slice(2)
const { definitions } = JSON.parse(fs.readFileSync(from, 'utf8')) as {
  definitions: Record<string, Definition>
}
const REFERENCE = '#/definitions/'

function strict(definition: Definition): Definition {
  if (definition.format === 'int-or-string') return { oneOf: [{ type: 'string' }, { type: 'integer' }] }
  const closed =
    definition.properties !== undefined &&
    definition.additionalProperties === undefined &&
    definition['x-kubernetes-preserve-unknown-fields'] !== true
  return closed ? { ...definition, additionalProperties: false } : definition
}

const strictDefinitions: Record<string, Definition> = Object.fromEntries(
  Object.entries(definitions).map(([name, definition]) => [name, strict(definition)]),
)
// A quantity may be a number as well: `cpu: 1`.
strictDefinitions['io.k8s.apimachinery.pkg.api.resource.Quantity'] = {
  oneOf: [{ type: 'string' }, { type: 'number' }],
}

/** The definitions that one needs, itself as well. */
function reachable(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const [, other = ''] of JSON.stringify(strictDefinitions[name]).matchAll(/"#\/definitions\/([^"]+)"/g))
    reachable(other, found)
  return found
}

fs.mkdirSync(to, { recursive: true })
for (const [name, definition] of Object.entries(definitions))
  for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
    const file = [kind, group.split('.')[0], version].filter(Boolean).join('-').toLowerCase()
    const needed = [...reachable(name)].map((one) => [one, strictDefinitions[one]] as const)
    fs.writeFileSync(
      path.join(to, `${file}.json`),
      JSON.stringify({ $ref: `${REFERENCE}${name}`, definitions: Object.fromEntries(needed) }),
    )
  }

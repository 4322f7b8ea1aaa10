import fs from 'node:fs'
import path from 'node:path'

/** What a fault in a tree leaves to heal: nothing, because the tree is a copy. */
const nothing = async () => {}

/**
 * Replaces a text in a file of a copied tree.
 * @throws Error if the text isn't there, since then nothing would be broken
 */
export async function replaceIn(
  tree: string,
  file: string,
  from: string,
  to: string,
): Promise<typeof nothing> {
  const where = path.join(tree, file)
  const text = fs.readFileSync(where, 'utf8')
  if (!text.includes(from)) throw new Error(`${file} has no '${from}'`)
  fs.writeFileSync(
    where,
    text.replace(from, () => to),
  )
  return nothing
}

/** Adds lines to the end of a file of a copied tree, or makes it. */
export async function addTo(tree: string, file: string, text: string): Promise<typeof nothing> {
  const where = path.join(tree, file)
  fs.mkdirSync(path.dirname(where), { recursive: true })
  fs.appendFileSync(where, text)
  return nothing
}

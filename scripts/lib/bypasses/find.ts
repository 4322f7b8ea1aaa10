import { finding, type Finding } from '../validate/finding.ts'
import { bypasses } from './table.ts'
import { readTree, type Tree } from './tree.ts'
import type { Bypass, Place } from './bypass.ts'

const MOST = 5

/** Where a bypass is done, but for the places where it isn't one. */
export function placesOf(bypass: Bypass, tree: Tree): Place[] {
  return bypass.find(tree).filter(({ file }) => !Object.hasOwn(bypass.allowed ?? {}, file))
}

function judge(bypass: Bypass, tree: Tree): Finding {
  const rule = `no-${bypass.id}`
  try {
    const places = placesOf(bypass, tree)
    if (places.length === 0) return finding(rule, 'the tree', 'passed', `${tree.files.size} files`)
    const shown = places.slice(0, MOST).map(({ file, text }) => `${file}: ${text.slice(0, 120)}`)
    const more = places.length > MOST ? [`and ${places.length - MOST} more`] : []
    return finding(rule, 'the tree', 'failed', [...shown, ...more].join('; '), bypass.remedy)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return finding(rule, 'the tree', 'could not verify', reason, 'mend the file that cannot be read')
  }
}

/** Looks for every known bypass in a tree: one finding each, also where there is none. */
export async function findBypasses(root: string): Promise<Finding[]> {
  const tree = readTree(root)
  return bypasses.map((bypass) => judge(bypass, tree))
}

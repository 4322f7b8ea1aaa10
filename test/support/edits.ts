import fs from 'node:fs'
import path from 'node:path'
import { seededRandom } from '../../scripts/lib/seed/random.ts'

/** Something that a developer does to the sources, in words. */
export type Edit = string

/** A service's sources, and how a comment is written in a file of them. */
interface Place {
  folder: string
  /** What may be edited, renamed and deleted. The database's code is another image's too, which is built anew. */
  open: (name: string) => boolean
  /** Whether what is there may be renamed or deleted; nginx and the image of web refuse to be without some. */
  loose: boolean
  extension: string
}

const places: readonly [Place, ...Place[]] = [
  {
    folder: 'services/api/src',
    open: (name) => name.endsWith('.ts') && !/\/db\/|\/(config|errors|in-image)\.ts$/.test(name),
    loose: true,
    extension: '.ts',
  },
  { folder: 'services/web/src', open: (name) => /\.(tsx?|css)$/.test(name), loose: true, extension: '.ts' },
  { folder: 'services/web/public', open: () => true, loose: false, extension: '.svg' },
  { folder: 'services/proxy/conf', open: (name) => name.endsWith('.conf'), loose: false, extension: '.conf' },
]

function comment(name: string, text: string): string {
  if (name.endsWith('.conf')) return `# ${text}\n`
  if (name.endsWith('.css')) return `/* ${text} */\n`
  return name.endsWith('.svg') ? `<!-- ${text} -->\n` : `// ${text}\n`
}

/** Every file below a folder, by its path relative to `checkout`; a switch of branches may take the folder away. */
function filesBelow(checkout: string, folder: string): string[] {
  if (!fs.existsSync(path.join(checkout, folder))) return []
  const entries = fs.readdirSync(path.join(checkout, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(checkout, path.join(entry.parentPath, entry.name)))
    .sort()
}

/**
 * Makes edits in a checkout, of a kind and at a place that depend on the seed alone.
 * @param git runs git in the checkout
 */
export function randomEdits(checkout: string, seed: string, git: (...args: string[]) => string): () => Edit {
  const random = seededRandom(seed)
  const at = (name: string) => path.join(checkout, name)
  const some = <T>(values: readonly T[]): T | undefined => values[random.below(values.length)]
  let count = 0
  /** The work in progress, which a switch of branches takes along as a commit. */
  let branch = 'trial'

  const place = () => random.pick(places)
  const editable = ({ folder, open }: Place) =>
    filesBelow(checkout, folder).filter((name) => open(name) && !name.includes('.test.'))
  const own = (where: Place) => editable(where).filter((name) => path.basename(name).startsWith('new-'))
  /** What may vanish. */
  const loose = (where: Place) => (where.loose && random.below(4) === 0 ? editable(where) : own(where))

  const create = (where: Place): Edit | undefined => {
    const below = ['', 'new-folder/', 'new-folder/deep/', `new-folder-${random.below(3)}/`]
    const name = `${where.folder}/${some(below)}new-${count}${where.extension}`
    try {
      fs.mkdirSync(path.dirname(at(name)), { recursive: true })
    } catch {
      // A file has taken the folder's name.
      return undefined
    }
    fs.writeFileSync(at(name), comment(name, `new ${count}`))
    return `create ${name}`
  }

  const actions: Record<string, (where: Place) => Edit | undefined> = {
    create,
    'create ': create,
    append(where) {
      const name = some(editable(where))
      if (name === undefined) return undefined
      fs.appendFileSync(at(name), comment(name, `edit ${count}`))
      return `append to ${name}`
    },
    'save by a rename'(where) {
      const name = some(editable(where))
      if (name === undefined) return undefined
      const text = fs.readFileSync(at(name), 'utf8') + comment(name, `edit ${count}`)
      fs.writeFileSync(at(`${name}.tmp`), text)
      fs.renameSync(at(`${name}.tmp`), at(name))
      return `save ${name} by a rename`
    },
    'save with a backup'(where) {
      const name = some(editable(where))
      if (name === undefined) return undefined
      const text = fs.readFileSync(at(name), 'utf8') + comment(name, `edit ${count}`)
      const swap = path.join(path.dirname(name), `.${path.basename(name)}.swp`)
      fs.writeFileSync(at(swap), 'swap')
      fs.renameSync(at(name), at(`${name}~`))
      fs.writeFileSync(at(name), text)
      fs.rmSync(at(`${name}~`))
      fs.rmSync(at(swap))
      return `save ${name} with a backup`
    },
    'save twice'(where) {
      const name = some(editable(where))
      if (name === undefined) return undefined
      const text = fs.readFileSync(at(name), 'utf8')
      fs.writeFileSync(at(name), text + comment(name, `edit ${count}a`))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, random.below(10))
      fs.writeFileSync(at(name), text + comment(name, `edit ${count}b`))
      return `save ${name} twice`
    },
    delete(where) {
      const name = some(loose(where))
      if (name === undefined) return undefined
      fs.rmSync(at(name))
      return `delete ${name}`
    },
    rename(where) {
      const name = some(loose(where))
      if (name === undefined) return undefined
      const target = `${where.folder}/new-${count}-renamed${path.extname(name)}`
      fs.renameSync(at(name), at(target))
      return `rename ${name} to ${target}`
    },
    'rename a folder'(where) {
      const folders = [...new Set(loose(where).map((name) => path.dirname(name)))]
      const folder = some(folders.filter((name) => name !== where.folder && !name.endsWith('/db')))
      if (folder === undefined) return undefined
      const target = `${where.folder}/new-folder-${count}`
      fs.renameSync(at(folder), at(target))
      return `rename ${folder} to ${target}`
    },
    'delete a folder'(where) {
      const folder = some([...new Set(own(where).map((name) => path.dirname(name)))])
      if (folder === undefined || !path.basename(folder).startsWith('new-')) return undefined
      fs.rmSync(at(folder), { recursive: true })
      return `delete ${folder}`
    },
    'a file becomes a folder'(where) {
      const name = some(own(where))
      if (name === undefined) return undefined
      fs.rmSync(at(name))
      fs.mkdirSync(at(name))
      fs.writeFileSync(at(`${name}/new-inside${where.extension}`), comment(name, `edit ${count}`))
      return `${name} becomes a folder`
    },
    'a folder becomes a file'(where) {
      const folder = some([...new Set(own(where).map((name) => path.dirname(name)))])
      if (folder === undefined || !path.basename(folder).startsWith('new-')) return undefined
      fs.rmSync(at(folder), { recursive: true })
      fs.writeFileSync(at(folder), comment(`${folder}.ts`, `edit ${count}`))
      return `${folder} becomes a file`
    },
    'switch branches'() {
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', `edits until ${count}`)
      branch = branch === 'trial' ? 'other' : 'trial'
      const isNew = git('branch', '--list', branch).trim() === ''
      // A branch of its own has other files from the beginning.
      git('checkout', '--quiet', ...(isNew ? ['-b', branch, 'HEAD~1'] : [branch]))
      return `switch to ${branch}`
    },
  }

  return () => {
    count += 1
    for (;;) {
      const name = random.pick(Object.keys(actions) as [string, ...string[]])
      const edit = actions[name]?.(place())
      if (edit !== undefined) return edit
    }
  }
}

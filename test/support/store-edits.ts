import { kubectlBank } from '../../scripts/lib/shell.ts'
import { patiently, type Heal } from '../../scripts/lib/validate/patiently.ts'

const inStore = (script: string, ...args: string[]) =>
  kubectlBank(['exec', '--stdin', 'object-store-0', '--', 'bash', '-eus', '--', ...args], script)

const REPOSITORY = '/data/buckets/backups/dwaybank'

/** The file of the store's disk that a pattern means: the newest one. */
export async function newestInStore(pattern: string): Promise<string> {
  const { stdout } = await inStore(`cd ${REPOSITORY}; ls -td ${pattern} | head -n 1`)
  const file = stdout.trim()
  if (file === '') throw new Error(`the store has no ${pattern}`)
  return `${REPOSITORY}/${file}`
}

/** Where the file that was edited is kept as it was, outside of what the store serves. */
const KEPT = '/data/kept-by-a-test'

/** Edits a file, `$1`, by a script that keeps it as `$2`; returns what puts it back, once or more often. */
async function edit(file: string, script: string): Promise<Heal> {
  await inStore('[ ! -e "$1" ]', KEPT)
  const putBack = async () => {
    await inStore('[ ! -e "$2" ] || mv "$2" "$1"', file, KEPT)
  }
  try {
    await inStore(script, file, KEPT)
    return putBack
  } catch (error) {
    await patiently(putBack)()
    throw error
  }
}

// Half a copy must never be put back.
const FLIP = String.raw`
cp -p "$1" "$2.part"
mv "$2.part" "$2"
at=$(($(stat --format=%s "$1") / 4))
byte=$(od -An -tu1 -j "$at" -N 1 "$1")
printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none`

/** Turns one bit of a file round. */
export const flipBit = (file: string) => edit(file, FLIP)

/** Hides a file of the store. */
export const hide = (file: string) => edit(file, 'mv "$1" "$2"')

import { kubectlBank } from '../../scripts/lib/shell.ts'

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

const FLIP = String.raw`
at=$(($(stat --format=%s "$1") / 4))
byte=$(od -An -tu1 -j "$at" -N 1 "$1")
printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none`

/** Turns one bit of a file round; twice is as before. */
export async function flipBit(file: string): Promise<void> {
  await inStore(FLIP, file)
}

/** Hides a file of the store, or shows it again. */
export async function hide(file: string, hidden: boolean): Promise<void> {
  const away = '/data/hidden-by-a-test'
  await inStore('mv "$1" "$2"', ...(hidden ? [file, away] : [away, file]))
}

import fs from 'node:fs'
import path from 'node:path'
import { UserError } from '../errors.ts'
import { cleaningUp } from '../on-exit.ts'
import { statePath } from '../settings.ts'
import { $, must } from '../shell.ts'
import type { BuiltImage } from './build/images.ts'
import { runScanner, scanners } from './scanners.ts'
import { TRIVY } from './trivy.ts'

const scans = {
  secrets: ['--scanners', 'secret', '--image-config-scanners', 'secret', '--format', 'json'],
  // What is inside, not whether it is good. Jars are left out: Trivy names what is in them by a database from elsewhere.
  packages: ['--format', 'cyclonedx', '--skip-files', '**/*.jar'],
} as const

/**
 * What Trivy says of an image. An image's id is the hash of all that is in it, so one with the same id is not scanned
 * again by the same scanners.
 * @throws UserError if it gave no answer
 */
export async function scanImage(image: BuiltImage, what: keyof typeof scans): Promise<unknown> {
  const key = `${(await scanners()).split(':').at(-1) ?? ''}-${image.id.slice(7)}`
  const file = statePath('validate', 'images', `${key}.${what}.json`)
  if (!fs.existsSync(file)) {
    const report = await scan(image, scans[what])
    JSON.parse(report)
    fs.writeFileSync(file, report)
  }
  return JSON.parse(fs.readFileSync(file, 'utf8'))
}

async function scan(image: BuiltImage, options: readonly string[]): Promise<string> {
  const file = statePath('validate', 'saved', image.id.slice(7), 'image.tar')
  const folder = path.dirname(file)
  const remove = async () => fs.rmSync(folder, { recursive: true, force: true })
  return cleaningUp(async () => {
    await must(`${image.name} was not saved`, $`docker save --output ${file} ${image.id}`)
    const command = [...TRIVY('image'), ...options, '--input', '/image/image.tar']
    const { stdout, stderr, exitCode } = await runScanner(command, { reads: { '/image': folder } })
    if (exitCode !== 0)
      throw new UserError(`Trivy did not read ${image.name}: ${stderr.trim().split('\n').at(-1) ?? ''}`)
    return stdout
  }, remove)
}

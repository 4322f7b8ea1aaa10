import fs from 'node:fs'
import path from 'node:path'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'
import { screenshotFolder } from '../../scripts/lib/browser.ts'
import { root } from '../../scripts/lib/settings.ts'

/** What parts of the page look like, as somebody took them for good. */
export const keptPictures = path.join(root, 'test/journeys/workbench')

/** How the same parts look now, and beside it what differs: whoever wants the change copies the pictures. */
const seenPictures = path.join(screenshotFolder, 'workbench')

/** How far two colours may be apart, of the way from black to white: what no eye tells. */
const SAME_COLOUR = 0.02
/** In no square of that many pixels a side may more differ than that: smoothed edges don't count. */
const SQUARE = 32
const MOST_IN_A_SQUARE = 8

/** What is different between a picture and the one that was kept under this name; undefined if nothing is. */
export function differenceOf(name: string, picture: Buffer): string | undefined {
  const seen = PNG.sync.read(picture)
  // With 64 shades a colour it is a fifth smaller, and it may be kept. It stays opaque: through what is not, the comparison
  // sees a pattern, and takes one shade for a difference.
  seen.data = Buffer.from(seen.data.map((shade, at) => (at % 4 === 3 ? shade : shade & 0xfc)))
  const file = path.join(seenPictures, `${name}.png`)
  fs.mkdirSync(seenPictures, { recursive: true })
  fs.writeFileSync(
    file,
    PNG.sync.write(seen, { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 }),
  )
  const differsFile = path.join(seenPictures, `${name}-differs.png`)
  fs.rmSync(differsFile, { force: true })
  const keptFile = path.join(keptPictures, `${name}.png`)
  if (!fs.existsSync(keptFile)) return `${name}: there is no picture to compare it with`
  const kept = PNG.sync.read(fs.readFileSync(keptFile))
  const { width, height } = seen
  if (kept.width !== width || kept.height !== height)
    return `${name}: ${width} × ${height} pixels, was ${kept.width} × ${kept.height}`
  const shown = new PNG({ width, height })
  const options = { threshold: SAME_COLOUR, windowSize: SQUARE }
  const most = pixelmatch(kept.data, seen.data, shown.data, width, height, options)
  if (most <= MOST_IN_A_SQUARE) return undefined
  fs.writeFileSync(differsFile, PNG.sync.write(shown))
  return `${name}: ${most} pixels differ in one square of ${SQUARE}`
}

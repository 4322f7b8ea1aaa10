import type { Image } from './caches.ts'
import { freedBytes, type LayeredImage } from './image-layers.ts'

/** An image that may go. */
export interface GoneImage {
  id: string
  /** What the engine deletes it by. */
  name: string
}

/** Images that may go for one reason. */
export interface ImageGroup {
  what: string
  images: GoneImage[]
  /** About how much deleting them frees, after the groups before this one. */
  bytes: number
}

const kindOf = ({ repository }: Image, versions: string) => {
  if (repository.startsWith('localhost:')) return 'images that Tilt built'
  return repository.startsWith('vsc-') ? 'toolboxes of checkouts' : versions
}

/**
 * Sorts images that may go into groups with sums.
 * @param nameless ids of toolboxes that lost their name
 * @param all whether the versions that the next up needs are among them
 */
export function groupImages(
  images: readonly Image[],
  nameless: readonly string[],
  layered: readonly LayeredImage[],
  all: boolean,
): ImageGroup[] {
  const versions = all ? 'images of the platform' : 'images of older versions'
  const found = new Map<string, GoneImage[]>()
  const add = (what: string, image: GoneImage) => found.set(what, [...(found.get(what) ?? []), image])
  for (const image of images)
    add(kindOf(image, versions), { id: image.id, name: `${image.repository}:${image.tag}` })
  for (const id of nameless)
    add('toolboxes that lost their name', { id, name: id.replace('sha256:', '').slice(0, 12) })
  const gone = new Set<string>()
  let freed = 0
  return [...found].map(([what, members]) => {
    for (const { id } of members) gone.add(id)
    const before = freed
    freed = Math.max(freed, freedBytes(layered, gone))
    return { what, images: members, bytes: freed - before }
  })
}

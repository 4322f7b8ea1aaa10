import { requireImage } from './in-image.ts'

requireImage()
await import('./serve.ts')

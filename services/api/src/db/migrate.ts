import { requireImage } from '../in-image.ts'

requireImage()
await import('./run-migrations.ts')

import { classes } from '../classes.ts'
import styles from './skeleton.module.css'

/** The place of what is on its way. */
export function Skeleton({ shape }: { shape: 'sum' | 'card' | 'row' | 'line' | 'field' | 'plot' }) {
  return <div className={classes(styles['skeleton'], styles[shape])} aria-hidden="true" />
}

/** The place of several of the same. */
export function Skeletons({ count, shape }: { count: number; shape: 'card' | 'row' | 'field' }) {
  return Array.from({ length: count }, (_, position) => <Skeleton shape={shape} key={position} />)
}

import styles from './brand.module.css'

/** The bank's mark and name. */
export function Brand() {
  return (
    <span className={styles['brand']}>
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect className={styles['ground']} width="32" height="32" rx="8" />
        <path className={styles['letter']} d="M9 8h6.5a8 8 0 0 1 0 16H9z" />
        <path className={styles['way']} d="M4 16h15" />
      </svg>
      DwayBank
    </span>
  )
}

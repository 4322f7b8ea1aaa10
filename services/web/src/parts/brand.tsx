/** The bank's mark and name. */
export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect className="brand-ground" width="32" height="32" rx="8" />
        <path className="brand-letter" d="M9 8h6.5a8 8 0 0 1 0 16H9z" />
        <path className="brand-way" d="M4 16h15" />
      </svg>
      DwayBank
    </span>
  )
}

import { createLink } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'
import { classes } from '../classes.ts'
import styles from './button.module.css'

type Look = 'plain' | 'primary' | 'quiet' | 'danger'

interface ButtonProps {
  onClick?: () => void
  look?: Look
  type?: 'button' | 'submit'
  busy?: boolean
  /** Stays where it is and does nothing for now. */
  isIdle?: boolean
  isWide?: boolean
  label?: string
  children: ReactNode
}

const classOf = (look: Look, isWide = false) =>
  classes(styles['button'], styles[look], isWide && styles['wide'])

/** A button; while it is busy it can have the focus, and does nothing. */
export function Button({
  look = 'plain',
  type = 'button',
  busy = false,
  isIdle = false,
  ...rest
}: ButtonProps) {
  const { onClick, isWide, label, children } = rest
  const isOff = busy || isIdle
  return (
    <button
      type={type}
      className={classOf(look, isWide)}
      aria-disabled={isOff}
      aria-busy={busy}
      aria-label={label}
      onClick={isOff ? undefined : onClick}
    >
      {children}
      {busy && <span className={styles['spinner']} aria-hidden="true" />}
    </button>
  )
}

function Anchor({ look = 'plain', ...anchor }: ComponentProps<'a'> & { look?: Look }) {
  return <a {...anchor} className={classOf(look)} />
}

/** A link to a view that looks like a button. */
export const ButtonLink = createLink(Anchor)

/** A link to something that is no view, such as a file. */
export const FileLink = Anchor

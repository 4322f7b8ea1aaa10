import { ButtonLink } from '../parts/button.tsx'
import { useMessages } from '../language.ts'
import { PageHead } from '../parts/page-head.tsx'
import styles from './words.module.css'

/** What is shown at an address that stands for nothing. */
export function NotFound() {
  const { notFound } = useMessages()
  return (
    <div className={styles['words']}>
      <PageHead title={notFound.heading} />
      <p>{notFound.text}</p>
      <ButtonLink to="/" look="primary">
        {notFound.home}
      </ButtonLink>
    </div>
  )
}

import { useEffect } from 'react'
import { useMessages } from '../language.ts'
import { Button, FileLink } from '../parts/button.tsx'
import { PageHead } from '../parts/page-head.tsx'
import styles from './words.module.css'

/** What is shown where a view of the page itself failed. */
export function Crashed({ error }: { error: unknown }) {
  const { crashed, notFound } = useMessages()
  useEffect(() => console.error(error), [error])
  return (
    <div className={styles['words']}>
      <PageHead title={crashed.heading} />
      <p>{crashed.text}</p>
      <div className={styles['actions']}>
        <Button look="primary" onClick={() => location.reload()}>
          {crashed.reload}
        </Button>
        {/* Not by the router: the page is loaded anew, whatever is wrong with this one. */}
        <FileLink href="/">{notFound.home}</FileLink>
      </div>
    </div>
  )
}

import { useMessages } from '../../src/language.ts'
import { Button, ButtonLink, FileLink } from '../../src/parts/button.tsx'
import { Confirm } from '../../src/parts/confirm.tsx'
import styles from '../workbench.module.css'

export function Buttons() {
  const { account, accounts, transfer, session, tryAgain } = useMessages()
  return (
    <>
      <Button>{tryAgain}</Button>
      <Button look="primary">{transfer.send}</Button>
      <Button look="danger">{session.logOut}</Button>
      <div className={styles['deep']}>
        <Button look="quiet">{session.logOut}</Button>
      </div>
      <Button busy>{account.more}</Button>
      <Button look="primary" busy>
        {transfer.send}
      </Button>
      <Button isIdle>{tryAgain}</Button>
      <Button isWide>{account.more}</Button>
      <ButtonLink to="/transfer" look="primary">
        {accounts.transfer}
      </ButtonLink>
      <FileLink href="#button">{account.csv}</FileLink>
    </>
  )
}

export function Confirms() {
  const { security, cancel } = useMessages()
  return (
    <Confirm
      trigger={security.everywhere}
      question={security.everywhereAsk}
      explanation={security.everywhereText}
      cancel={cancel}
      onConfirm={() => undefined}
    />
  )
}

import { useMessages } from '../../src/language.ts'
import { Brand } from '../../src/parts/brand.tsx'
import { Button, ButtonLink } from '../../src/parts/button.tsx'
import { Heading } from '../../src/parts/heading.tsx'
import { PageHead } from '../../src/parts/page-head.tsx'
import { Panel } from '../../src/parts/panel.tsx'
import { Plot } from '../../src/parts/plot.tsx'
import styles from '../workbench.module.css'

/** As in the frame of every view. */
export function Brands() {
  return (
    <div className={styles['deep']}>
      <Brand />
    </div>
  )
}

export function Headings() {
  const { accounts } = useMessages()
  return <Heading title={accounts.heading}>{accounts.heading}</Heading>
}

export function PageHeads() {
  const { accounts, account } = useMessages()
  return (
    <>
      <PageHead title={account.title} />
      <PageHead title={accounts.heading}>
        <ButtonLink to="/accounts/new">{accounts.open}</ButtonLink>
        <ButtonLink to="/transfer" look="primary">
          {accounts.transfer}
        </ButtonLink>
      </PageHead>
    </>
  )
}

export function Panels() {
  const { accounts, security } = useMessages()
  return (
    <>
      <Panel title={accounts.spending}>
        <p>{accounts.spendingHint}</p>
      </Panel>
      <Panel title={accounts.balances} action={<Button look="danger">{security.everywhere}</Button>}>
        <p>{accounts.noSpending}</p>
      </Panel>
    </>
  )
}

/** The axes and the table of a picture, with nothing in it. */
export function Plots() {
  const { accounts } = useMessages()
  return (
    <div>
      <Plot
        ticks={[-5000, 0, 5000, 10_000]}
        currency="EUR"
        summary={accounts.noSpending}
        columns={[accounts.month, accounts.spent]}
        rows={[{ label: accounts.month, minor: 0 }]}
        axis={<p>{accounts.month}</p>}
      >
        {null}
      </Plot>
    </div>
  )
}

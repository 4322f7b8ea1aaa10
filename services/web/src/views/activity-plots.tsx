import { useQuery } from '@tanstack/react-query'
import { type Activity, balancesByDay, spendingByMonth } from '../activity.ts'
import type { Account } from '../api/bank.ts'
import { useSpoken } from '../language.ts'
import { formatMoney } from '../money.ts'
import { BarPlot } from '../parts/bar-plot.tsx'
import { Empty } from '../parts/feedback.tsx'
import { LinePlot } from '../parts/line-plot.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Panel } from '../parts/panel.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { activityQuery } from '../queries.ts'
import { formatTime } from '../time.ts'
import styles from './activity-plots.module.css'

/** How the balance went and what was spent lately, on the accounts of the first one's currency. */
export function ActivityPlots({ accounts }: { accounts: Account[] }) {
  const { messages } = useSpoken()
  const currency = accounts[0]?.currency ?? ''
  const alike = accounts.filter((account) => account.currency === currency)
  const activity = useQuery(activityQuery(alike))
  return (
    <div className={styles['place']}>
      <Loaded query={activity} what={messages.accounts.activity} skeleton={<Placeholder />}>
        {(data) => <Plots activity={data} accounts={alike} currency={currency} />}
      </Loaded>
    </div>
  )
}

/** The place of the plots while not even the accounts are known. */
export function PlotsPlaceholder() {
  return (
    <div className={styles['place']}>
      <Placeholder />
    </div>
  )
}

interface PlotsProps {
  activity: Activity
  accounts: Account[]
  currency: string
}

function Plots({ activity, accounts, currency }: PlotsProps) {
  const { accounts: words } = useSpoken().messages
  const money = (minor: number) => formatMoney(minor, currency)
  const total = accounts.reduce((sum, { balance }) => sum + balance, 0)
  const balances = balancesByDay(total, activity)
  const spending = spendingByMonth(new Set(accounts.map(({ number }) => number)), activity)
  const most = spending.reduce(
    (one, other) => (other.spent > one.spent ? other : one),
    spending[0] ?? NOTHING,
  )
  return (
    <>
      <div className={styles['plots']}>
        <Panel title={words.balances}>
          <LinePlot
            points={balances.map(({ day, balance }) => ({ label: formatTime(day, 'date'), minor: balance }))}
            currency={currency}
            summary={words.balancesSummary(money(balances[0]?.balance ?? total), money(total))}
            columns={[words.day, words.balance]}
          />
        </Panel>
        <Panel title={words.spending}>
          {most.spent === 0 ? (
            <Empty>{words.noSpending}</Empty>
          ) : (
            <BarPlot
              bars={spending.map(({ month, spent }) => ({
                label: formatTime(month, 'shortMonth'),
                fullLabel: formatTime(month, 'month'),
                minor: spent,
              }))}
              currency={currency}
              summary={words.spendingSummary(formatTime(most.month, 'month'), money(most.spent))}
              columns={[words.month, words.spent]}
            />
          )}
          <p className={styles['note']}>{words.spendingHint}</p>
        </Panel>
      </div>
      {activity.isCut && (
        <p className={styles['note']}>{words.since(formatTime(activity.since, 'moment'))}</p>
      )}
    </>
  )
}

const NOTHING = { month: new Date(0), spent: 0 }

function Placeholder() {
  return (
    <div className={styles['plots']}>
      <Skeleton shape="plot" />
      <Skeleton shape="plot" />
    </div>
  )
}

import { useMessages, useSpoken } from '../../src/language.ts'
import { formatMoney } from '../../src/money.ts'
import { BarPlot } from '../../src/parts/bar-plot.tsx'
import { Facts } from '../../src/parts/facts.tsx'
import { LinePlot } from '../../src/parts/line-plot.tsx'
import { Money } from '../../src/parts/money.tsx'
import { Sum } from '../../src/parts/sum.tsx'
import { formatTime } from '../../src/time.ts'

const CURRENCY = 'EUR'
const DAY = '2026-01-01T12:00:00.000Z'

export function Moneys() {
  return [
    <Money key="plain" minor={123_456_789} currency={CURRENCY} />,
    <Money key="out" minor={-1250} currency={CURRENCY} signed />,
    <Money key="in" minor={1250} currency={CURRENCY} signed />,
    <Money key="zero" minor={0} currency={CURRENCY} signed />,
    <Money key="whole" minor={1250} currency="JPY" />,
  ]
}

export function Sums() {
  const { accounts } = useMessages()
  const euros = { minor: 98_750, currency: CURRENCY }
  return (
    <>
      <Sum label={accounts.total} note={accounts.onAccounts(1)} sums={[euros]} />
      <Sum
        label={accounts.total}
        note={accounts.onAccounts(3)}
        sums={[euros, { minor: 123_400, currency: 'JPY' }]}
      />
    </>
  )
}

export function Figures() {
  const { transfer } = useMessages()
  useSpoken()
  return (
    <Facts
      facts={[
        [transfer.to, 'Ada Lovelace'],
        [transfer.from, '12 3456 7891'],
        [transfer.reference, 'A word that is longer than the line: '.concat('rent'.repeat(20))],
        [transfer.left, formatMoney(98_750, CURRENCY)],
        [transfer.when, undefined],
      ]}
    />
  )
}

const AMOUNTS = [120_000, 45_050, 99_900, 0, 151_200, 30_000]

export function BarPlots() {
  const { accounts } = useMessages()
  const bars = AMOUNTS.map((minor, month) => {
    const day = new Date(Date.UTC(2026, month))
    return { label: formatTime(day, 'shortMonth'), fullLabel: formatTime(day, 'month'), minor }
  })
  return (
    <div>
      <BarPlot
        bars={bars}
        currency={CURRENCY}
        summary={accounts.spendingHint}
        columns={[accounts.month, accounts.spent]}
      />
    </div>
  )
}

export function LinePlots() {
  const { accounts } = useMessages()
  const points = AMOUNTS.map((minor, day) => ({
    label: formatTime(new Date(Date.parse(DAY) + day * 86_400_000), 'date'),
    minor: day === 3 ? -40_000 : minor,
  }))
  return (
    <div>
      <LinePlot
        points={points}
        currency={CURRENCY}
        summary={accounts.balances}
        columns={[accounts.day, accounts.balance]}
      />
    </div>
  )
}

import { useState } from 'react'
import { groupNumber } from '../account-number.ts'
import { announce } from '../parts/announcer.tsx'
import { Button } from '../parts/button.tsx'
import { Failure, Notice } from '../parts/feedback.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Panel } from '../parts/panel.tsx'
import { endIfExpired } from '../session.ts'
import { formatTime } from '../time.ts'
import list from '../views/security.module.css'
import { checkLedger, type LedgerCheck } from './bank.ts'
import styles from './operator.module.css'
import { useOperatorMessages } from './words.ts'

type Result = LedgerCheck['checks'][number]

/** Has all books read, and says what was found. */
export function LedgerCheckView() {
  const { ledger: words } = useOperatorMessages()
  const [busy, setBusy] = useState(false)
  const [check, setCheck] = useState<LedgerCheck>()
  const [failure, setFailure] = useState<unknown>()

  async function run() {
    setBusy(true)
    setFailure(undefined)
    setCheck(undefined)
    announce(words.running)
    try {
      setCheck(await checkLedger())
    } catch (error) {
      if (!endIfExpired(error)) setFailure(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className={styles['stack']}>
      <PageHead title={words.heading} />
      <p>{words.text}</p>
      <div className={styles['actions']}>
        <Button look="primary" onClick={() => void run()} busy={busy}>
          {words.run}
        </Button>
      </div>
      {failure !== undefined && <Failure error={failure} />}
      {check && <Checked check={check} />}
    </div>
  )
}

function Checked({ check: { checkedAt, entries, accounts, checks } }: { check: LedgerCheck }) {
  const { ledger: words } = useOperatorMessages()
  const isWhole = checks.every(({ verdict }) => verdict !== 'could_not_verify')
  return (
    <>
      <Notice isWarning={checks.some(({ verdict }) => verdict !== 'passed')}>
        {words.at(formatTime(checkedAt, 'moment'))} {isWhole ? words.read(entries, accounts) : words.tooLong}
      </Notice>
      <Panel title={words.heading}>
        <ul className={list['list']}>
          {checks.map((result) => (
            <li key={result.name}>
              <ResultRow result={result} />
            </li>
          ))}
        </ul>
      </Panel>
    </>
  )
}

function ResultRow({ result: { name, verdict, findings, examples } }: { result: Result }) {
  const { ledger: words } = useOperatorMessages()
  return (
    <>
      <div>
        <p className={list['what']}>{words.names[name]}</p>
        {findings > 0 && (
          <p className={list['note']}>
            {words.findings(findings)} {examples.map((example) => placeOf(example, words)).join('; ')}
          </p>
        )}
      </div>
      <span className={styles[verdict === 'passed' ? 'passed' : 'failed']}>{words.verdicts[verdict]}</span>
    </>
  )
}

function placeOf(
  { account, sequence, transferId, currency }: Result['examples'][number],
  words: ReturnType<typeof useOperatorMessages>['ledger'],
): string {
  if (account !== undefined && sequence !== undefined) return words.entry(groupNumber(account), sequence)
  if (account !== undefined) return words.account(groupNumber(account))
  return transferId ?? words.currency(currency ?? '')
}

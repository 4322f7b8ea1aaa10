const many = new Intl.PluralRules('en')
const counted = (n: number, one: string, other: string) =>
  `${new Intl.NumberFormat('en-IE').format(n)} ${many.select(n) === 'one' ? one : other}`

/** The texts of the operators' views, which are loaded with these alone. */
export const en = {
  navigation: 'Operator',
  search: 'Search',
  more: 'Load more',
  moreShown: (n: number) => `${counted(n, 'more is', 'more are')} shown.`,
  searching: (day: string) => `Looked back to ${day}; nothing more found so far.`,

  customers: {
    heading: 'Customers',
    field: 'Name, e-mail, account number or id',
    hint: 'Beginnings of words do.',
    what: 'customers',
    found: (n: number) => `${counted(n, 'customer', 'customers')} shown.`,
    none: 'No customer fits.',
    operator: 'Operator',
  },
  customer: {
    what: 'the customer',
    kept: 'That you read this is kept.',
    accounts: 'Accounts',
    noAccount: 'This customer has no account.',
    id: 'Id',
    email: 'E-mail',
    entries: (name: string) => `Movements of ${name}`,
    show: (name: string) => `Show the movements of ${name}`,
  },
  transfers: {
    heading: 'Transfers',
    field: 'Reference or id',
    hint: 'A part of the reference, the id of a transfer, or # and the number of an entry.',
    what: 'transfers',
    found: (n: number) => `${counted(n, 'transfer', 'transfers')} shown.`,
    none: 'No transfer fits.',
    fromTo: (from: string, to: string) => `${from} to ${to}`,
    noReference: 'No reference',
  },
  transfer: {
    heading: 'Transfer',
    what: 'the transfer',
    id: 'Id',
    bank: 'the bank itself',
    reversed: 'This transfer was reversed.',
    reverses: 'This is the reversal of another transfer.',
    other: 'Show the other one',
  },
  reversal: {
    heading: 'Reverse this transfer',
    reason: 'Reason',
    reasonHint: 'Both sides see it, and it is kept with your name.',
    reasonMissing: 'Say why.',
    next: 'Continue',
    ask: (amount: string, from: string, to: string) =>
      `${amount} goes back from ${from} to ${to}. Is this right?`,
    confirm: 'Reverse now',
    change: 'Change',
    unknown:
      'The bank did not answer, so it may or may not be done. Press “Reverse now” again: it happens once.',
    done: 'The transfer is reversed.',
    doneBefore: 'The bank had reversed this transfer before. Nothing has moved a second time.',
  },
  ledger: {
    heading: 'Ledger check',
    text: 'Reads all books in one snapshot, for ten seconds at most.',
    run: 'Check now',
    running: 'Reading the books…',
    read: (entries: number, accounts: number) =>
      `${counted(entries, 'entry', 'entries')} on ${counted(accounts, 'account', 'accounts')} were read.`,
    tooLong: 'The time was too short for all of the books. Who runs the bank can check them without a limit.',
    at: (moment: string) => `As of ${moment}.`,
    names: {
      totals: 'All accounts together hold nothing',
      transfers: 'Each transfer has its two postings',
      balances: 'Each balance is what its entries sum to',
      chain: 'Each entry continues its chain, with the right hash',
    },
    verdicts: { passed: 'Passed', failed: 'Failed', could_not_verify: 'Could not verify' },
    findings: (n: number) => `${counted(n, 'finding', 'findings')}, of which the first:`,
    entry: (account: string, sequence: number) => `account ${account}, entry ${sequence}`,
    account: (account: string) => `account ${account}`,
    currency: (currency: string) => `currency ${currency}`,
  },
}

export type OperatorMessages = typeof en

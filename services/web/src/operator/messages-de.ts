import type { OperatorMessages } from './messages-en.ts'

const counted = (n: number, one: string, other: string) =>
  `${new Intl.NumberFormat('de-DE').format(n)} ${n === 1 ? one : other}`

/** The same in German. */
export const de: OperatorMessages = {
  navigation: 'Bankbetrieb',
  search: 'Suchen',
  more: 'Mehr laden',
  moreShown: (n) => `${counted(n, 'weiterer Treffer wird', 'weitere Treffer werden')} gezeigt.`,
  searching: (day) => `Bis ${day} zurück gesucht; bisher wurde nichts weiter gefunden.`,

  customers: {
    heading: 'Kunden',
    field: 'Name, E-Mail, Kontonummer oder Kennung',
    hint: 'Wortanfänge genügen.',
    what: 'Die Kundenliste',
    found: (n) => `${counted(n, 'Kunde wird', 'Kunden werden')} gezeigt.`,
    none: 'Kein Kunde passt.',
    operator: 'Bankbetrieb',
  },
  customer: {
    what: 'Der Kunde',
    kept: 'Dass Sie das lesen, wird aufbewahrt.',
    accounts: 'Konten',
    noAccount: 'Dieser Kunde hat kein Konto.',
    id: 'Kennung',
    email: 'E-Mail',
    entries: (name) => `Umsätze von ${name}`,
    show: (name) => `Die Umsätze von ${name} zeigen`,
  },
  transfers: {
    heading: 'Überweisungen',
    field: 'Verwendungszweck oder Kennung',
    hint: 'Ein Teil des Verwendungszwecks, die Kennung einer Überweisung, oder # und die Nummer einer Buchung.',
    what: 'Die Liste der Überweisungen',
    found: (n) => `${counted(n, 'Überweisung wird', 'Überweisungen werden')} gezeigt.`,
    none: 'Keine Überweisung passt.',
    fromTo: (from, to) => `${from} an ${to}`,
    noReference: 'Ohne Verwendungszweck',
  },
  transfer: {
    heading: 'Überweisung',
    what: 'Die Überweisung',
    id: 'Kennung',
    bank: 'die Bank selbst',
    reversed: 'Diese Überweisung wurde zurückgebucht.',
    reverses: 'Das ist die Rückbuchung einer anderen Überweisung.',
    other: 'Die andere zeigen',
  },
  reversal: {
    heading: 'Diese Überweisung zurückbuchen',
    reason: 'Grund',
    reasonHint: 'Beide Seiten sehen ihn, und er wird mit Ihrem Namen aufbewahrt.',
    reasonMissing: 'Sagen Sie, warum.',
    next: 'Weiter',
    ask: (amount, from, to) => `${amount} gehen von ${from} zurück an ${to}. Stimmt das so?`,
    confirm: 'Jetzt zurückbuchen',
    change: 'Ändern',
    unknown:
      'Die Bank hat nicht geantwortet; vielleicht ist es geschehen, vielleicht nicht. ' +
      'Drücken Sie noch einmal auf „Jetzt zurückbuchen“: es geschieht nur einmal.',
    done: 'Die Überweisung ist zurückgebucht.',
    doneBefore: 'Diese Überweisung hatte die Bank schon zurückgebucht. Ein zweites Mal wurde nichts bewegt.',
  },
  ledger: {
    heading: 'Prüfung der Bücher',
    text: 'Liest alle Bücher auf einem Stand, höchstens zehn Sekunden lang.',
    run: 'Jetzt prüfen',
    running: 'Die Bücher werden gelesen …',
    read: (entries, accounts) =>
      `${counted(entries, 'Buchung', 'Buchungen')} auf ${counted(accounts, 'Konto', 'Konten')} gelesen.`,
    tooLong: 'Für alle Bücher war die Zeit zu kurz. Wer die Bank betreibt, kann sie ohne Grenze prüfen.',
    at: (moment) => `Stand ${moment}.`,
    names: {
      totals: 'Alle Konten zusammen ergeben null',
      transfers: 'Jede Überweisung hat ihre zwei Buchungen',
      balances: 'Jedes Guthaben ist die Summe seiner Buchungen',
      chain: 'Jede Buchung setzt ihre Kette fort, mit der richtigen Prüfsumme',
    },
    verdicts: { passed: 'Bestanden', failed: 'Nicht bestanden', could_not_verify: 'Nicht prüfbar' },
    findings: (n) => `${counted(n, 'Fund', 'Funde')}, davon die ersten:`,
    entry: (account, sequence) => `Konto ${account}, Buchung ${sequence}`,
    account: (account) => `Konto ${account}`,
    currency: (currency) => `Währung ${currency}`,
  },
}

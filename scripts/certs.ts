// certs: lists and renews the certificates of the local CA, changes the CA, has this machine trust it, tries ACME
//
// Usage: ./dway certs [list] [--json]
//        ./dway certs renew [NAME…] [--json]
//        ./dway certs rotate-ca [--yes] [--json]
//        ./dway certs acme [--json]
//        ./dway certs trust | untrust [--yes] [--json]
//
// list shows each certificate: its Secret, names, issuer, end, and what reads it, and says so if front door, PostgreSQL
// or Redis show another one than that. renew issues all, or the named ones, anew by the same CA, and ends when front
// door and stores show theirs and the others are handed out; no request fails. rotate-ca makes a new CA: both are
// trusted while certificates change, then the old one is dropped; killed half-way, it goes on when it is called again.
// trust puts the CA's certificate into the stores of this machine's system, Chromium and Firefox, and untrust takes out
// what trust put there and nothing else, also when nothing is up; both say first which stores those are. acme has the
// front door's certificate issued by the cluster's ACME directory instead, as production's is, and sees it served; no
// browser knows the root of it. renew goes back to the CA's.
//
//   --yes   does not ask
//   --json  prints as JSON
import { readArgs } from './lib/args.ts'
import { issueByAcme } from './lib/certs/acme.ts'
import { readAuthority } from './lib/certs/authority.ts'
import { certificateTable, listCertificates } from './lib/certs/list.ts'
import { describeCertificate } from './lib/certs/pem.ts'
import { renew, requireAuthority } from './lib/certs/renew.ts'
import { rotateAuthority } from './lib/certs/rotate-authority.ts'
import { shownInstead } from './lib/certs/shown.ts'
import { AUTHORITY_SECRET, certificates } from './lib/certs/table.ts'
import { trustedOnHost } from './lib/certs/trusted-on-host.ts'
import { confirm } from './lib/confirm.ts'
import { runVerb, UsageError, UserError } from './lib/errors.ts'
import { exclusively } from './lib/lock.ts'
import { requireCluster } from './lib/running.ts'
import { existingSecrets } from './lib/secrets.ts'
import { workloadExists } from './lib/shell.ts'
import { note } from './lib/steps.ts'

const ACTIONS = ['list', 'renew', 'rotate-ca', 'acme', 'trust', 'untrust']

/** The certificates that were named; all, if none was. */
function chosenOf(words: readonly string[]) {
  const known = certificates.map(({ secret }) => secret)
  const unknown = words.find((word) => !known.includes(word))
  if (unknown === AUTHORITY_SECRET)
    throw new UsageError(`${unknown} is the CA itself: ./dway certs rotate-ca changes it`)
  if (unknown !== undefined)
    throw new UsageError(`there is no certificate ${unknown}: choose from ${known.join(', ')}`)
  return words.length > 0 ? certificates.filter(({ secret }) => words.includes(secret)) : certificates
}

async function changeAuthority(yes: boolean) {
  const found = await requireAuthority()
  const untrusted = found.stage === 'settled' ? [found.current.certificate] : found.old
  const named = untrusted.map((pem) => {
    const { subject, fingerprint } = describeCertificate(pem)
    return `${subject}, SHA-256 ${fingerprint}: whoever trusts it has to trust the new one instead`
  })
  if (named.length > 0) await confirm('makes untrusted', named, yes)
  const { current } = await exclusively(async () => {
    const now = await requireAuthority()
    if (now.current.certificate !== found.current.certificate || now.stage !== found.stage)
      throw new UserError('the CA was changed by another command meanwhile: nothing was done')
    return rotateAuthority(now)
  })
  const { subject, fingerprint } = describeCertificate(current.certificate)
  const stale = trustedOnHost().filter((known) => !fingerprint.startsWith(known))
  if (stale.length > 0)
    note("this machine trusts a CA of before: './dway certs trust' puts the new one in its place")
  if (await workloadExists('cronjob/verify-backup'))
    note("a file of './dway backups --keys' has the CA of before: remove it and write it anew")
  return { subject, fingerprint }
}

await runVerb('certs', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: Infinity })
  const [action = 'list', ...chosen] = words
  if (!ACTIONS.includes(action)) throw new UsageError(`'${action}' is not known: use ${ACTIONS.join(', ')}`)
  const [tooMany] = action === 'renew' ? [] : chosen
  if (tooMany !== undefined) throw new UsageError(`'${tooMany}' is a word too many: see --help`)
  const entries = chosenOf(chosen)
  // On the host, ./dway itself does these: what runs in here doesn't reach the host's stores.
  if (action === 'trust' || action === 'untrust')
    throw new UserError(`this container has no stores of the host: run ./dway certs ${action} outside of it`)
  await requireCluster()
  const print = (value: unknown, text: string) => {
    console.log(flags['json'] ? JSON.stringify(value, null, 2) : text)
  }
  switch (action) {
    case 'renew': {
      const renewed = await exclusively(() => renew(entries))
      const lines = renewed.map(({ secret, fingerprint }) => `${secret}: SHA-256 ${fingerprint}`)
      print({ renewed }, lines.join('\n'))
      break
    }
    case 'rotate-ca': {
      const authority = await changeAuthority(flags['yes'] === true)
      print({ authority }, `${authority.subject}: SHA-256 ${authority.fingerprint}`)
      break
    }
    case 'acme': {
      const issued = await exclusively(issueByAcme)
      note("browsers don't trust it: './dway certs renew proxy-tls' goes back to the local CA's")
      print({ issued }, `${issued.secret}: by ${issued.issuer}, SHA-256 ${issued.fingerprint}`)
      break
    }
    default: {
      const secrets = await existingSecrets()
      const listed = listCertificates(secrets)
      const stage = readAuthority(secrets.get(AUTHORITY_SECRET))?.stage
      const found = await Promise.all(
        certificates.map((entry) => shownInstead(entry, secrets.get(entry.secret)?.['tls.crt'])),
      )
      const shown = found.filter((line) => line !== undefined)
      print({ certificates: listed, rotation: stage, shown }, [certificateTable(listed), ...shown].join('\n'))
    }
  }
})

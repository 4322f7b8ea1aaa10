/** npm's codes for a registry that can't be reached. */
const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|E5\d\d)$/

const ASK = 'in the package.json that asks for it, then run ./dway npm install'

/**
 * What stopped npm, from what it printed.
 * @returns the reason and what mends it, in one sentence
 */
export function explainNpm(output: string): string {
  const found = (pattern: RegExp) => pattern.exec(output)?.[1]
  const code = found(/^npm error code (\S+)$/m) ?? ''
  // The first line that is neither the code nor an empty one, without the word that npm puts before some.
  const first = (
    found(/^npm error (?!code )(?:(?:404|engine|network|notarget|notsup) )?(.*?)\.?$/m) ?? 'it said nothing'
  ).trim()
  switch (code) {
    case 'EUSAGE': {
      const what = found(/^npm error ((?:Missing|Invalid): .*)$/m)
      return `package-lock.json is out of step with a package.json${what === undefined ? '' : ` (${what})`}: run ./dway npm install`
    }
    case 'EINTEGRITY':
      return `a package is not the one that package-lock.json knows (${first}): git checkout package-lock.json if the file was edited by hand; if not, don't trust the registry`
    case 'E404':
      return `the registry has no ${found(/resource '([^']+)'/) ?? 'such package'}: correct it ${ASK}`
    case 'ETARGET':
      return `${first}: it does not exist, or is younger than min-release-age in .npmrc; name another version ${ASK}`
    case 'EBADENGINE':
      return `${found(/node\/npm: (\S+)$/m) ?? 'a package'} does not run with Node and npm of versions.yaml: name another version ${ASK}`
    case 'EALLOWGIT':
    case 'EALLOWREMOTE':
    case 'EALLOWFILE':
      return `${found(/Refusing to fetch "(.*)"/) ?? 'a package'} is not from the registry, which .npmrc forbids: name a release of it ${ASK}`
    case 'ERESOLVE':
      return `packages ask for different versions of the same one (${first}): name versions that agree in package.json, then run ./dway npm install`
    case 'E401':
    case 'E403':
      return `the npm registry refuses (${first}): look at its credentials in ~/.npmrc, then run the same command again`
    case 'ENOSPC':
      return 'the disk is full: free some of it, then run the same command again'
    default:
      if (UNREACHABLE.test(code))
        return `the npm registry cannot be reached (${code}): look at the network and at DWAY_NPM_REGISTRY, then run the same command again`
      return `npm failed (${[code, first].filter(Boolean).join(': ')}): see what it says above`
  }
}

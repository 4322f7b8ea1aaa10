import tls from 'node:tls'
import { describe, expect, it } from 'vitest'
import { shakeHands } from '../support/front-door.ts'
import { OLD_TLS } from '../support/old-tls.ts'
import { startProxy } from '../support/scratch-proxy.ts'
import { againstMozilla } from '../../scripts/lib/sslyze.ts'

describe('against the profile "intermediate" of Mozilla', () => {
  it('an old protocol, a weak cipher and a curve too many are found, and who is not there is not passed', async () => {
    const proxy = await startProxy({ before: `(cd /etc/nginx/conf; ${OLD_TLS})` })
    try {
      const { host: address, port, name, authority = '' } = proxy.door
      const server = { address, port, authority }
      const { [name]: found = '' } = await againstMozilla(server, [name])
      expect(found).toMatch(/^FAILED - Not compliant\. .*tls_versions: .*'TLSv1'.* ciphers: .*CBC_SHA'/)
      expect(found).toMatch(/tls_curves: .*'secp521r1'/)
      const nobody = await againstMozilla({ ...server, port: 1 }, [name])
      expect(nobody).toEqual({ [name]: 'not held against it' })
    } finally {
      await proxy.close()
    }
  })
})

// sslyze 6.3.1 knows the profile's version 5.7, and not the group that 5.8 puts first.
describe('key exchange', () => {
  const exchange = (ecdhCurve: string) =>
    shakeHands({ ecdhCurve }).then(
      () => true,
      () => false,
    )

  it.each(['X25519MLKEM768', 'X25519', 'prime256v1', 'secp384r1'])('%s is taken', async (group) => {
    expect(await exchange(group)).toBe(true)
  })

  it.each(['X448', 'secp521r1', 'ffdhe2048'])('%s is not', async (group) => {
    expect(await exchange(group)).toBe(false)
  })
})

describe('stapling', () => {
  /** An issuer that answers for its certificates one by one, and says so in them. */
  const ISSUER = `cd /tmp
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=issuer -keyout ca.key -out ca.crt
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=dwaybank.localhost -keyout tls.key -out tls.csr
printf 'subjectAltName=DNS:dwaybank.localhost\\nauthorityInfoAccess=OCSP;URI:http://127.0.0.1:2560\\n' >extensions
openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -set_serial 1 -days 1 -extfile extensions -out tls.crt
cat tls.crt ca.crt >/etc/nginx/tls/tls.crt
cp tls.key /etc/nginx/tls/tls.key
printf 'V\\t%s\\t\\t01\\tunknown\\t/CN=dwaybank.localhost\\n' "$(date -u --date tomorrow +%y%m%d%H%M%SZ)" >index
openssl ocsp -port 2560 -index index -CA ca.crt -rsigner ca.crt -rkey ca.key -ndays 1 >/dev/null 2>&1 &`

  const stapled = async (before: string) => {
    const proxy = await startProxy({ before })
    const { host, port, name } = proxy.door
    const ask = () =>
      new Promise<number>((resolve, reject) => {
        let bytes = 0
        const options = { host, port, servername: name, requestOCSP: true, rejectUnauthorized: false }
        const socket = tls.connect(options, () => socket.end(() => resolve(bytes)))
        socket.on('OCSPResponse', (answer: Buffer | null) => (bytes = answer?.length ?? 0))
        socket.on('error', reject)
      })
    try {
      // The first handshake has the proxy ask.
      await ask()
      await expect.poll(ask, { timeout: 2000 }).toBeGreaterThan(0)
    } finally {
      await proxy.close()
    }
  }

  it('is done where the issuer answers for its certificates', () => stapled(ISSUER))

  it('is not done where it does not', () => expect(stapled('')).rejects.toThrow())
})

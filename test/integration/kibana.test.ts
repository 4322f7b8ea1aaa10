import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { type Manifest, parseManifests } from '../../scripts/lib/manifests.ts'

interface Resource extends Manifest {
  data?: Record<string, string>
  spec?: {
    template?: { spec: { securityContext: object; containers: { image: string; securityContext: object }[] } }
  }
}

const digest = `sha256:${'a'.repeat(64)}`
const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'kibana-'))
afterAll(() => fs.rmSync(copy, { recursive: true }))

/** What k8s/README.md says to write. */
async function render(): Promise<Resource[]> {
  fs.cpSync(path.join(root, 'k8s'), copy, { recursive: true })
  const overlay = path.join(copy, 'overlays/dev-kibana')
  fs.mkdirSync(overlay)
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['../dev-elk'],
    components: ['../../components/kibana'],
    images: [{ name: 'dway/kibana', newName: 'docker.elastic.co/kibana/kibana', digest }],
  }
  fs.writeFileSync(path.join(overlay, 'kustomization.yaml'), stringify(kustomization))
  return parseManifests<Resource>((await $`kubectl kustomize ${overlay}`).stdout)
}

describe('Kibana, where its image is named', async () => {
  const resources = await render()
  const find = (kind: string, name: string) =>
    resources.find((one) => one.kind === kind && one.metadata.name.startsWith(name))

  it('runs by its digest, as restricted as any pod', () => {
    const pod = find('Deployment', 'kibana')?.spec?.template?.spec
    expect(pod?.containers.map(({ image }) => image)).toEqual([`docker.elastic.co/kibana/kibana@${digest}`])
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1001 })
    expect(pod?.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })

  it.each(['allow-kibana-to-elasticsearch', 'allow-proxy-to-kibana'])('has both sides of %s', (edge) => {
    expect(find('NetworkPolicy', `${edge}-egress`)).toBeDefined()
    expect(find('NetworkPolicy', `${edge}-ingress`)).toBeDefined()
  })

  it('has a name at the proxy, which asks for the login of the tools', () => {
    const site = find('ConfigMap', 'proxy-kibana')?.data?.['kibana.conf'] ?? ''
    expect(site).toContain('server_name kibana.PUBLIC_HOST;')
    expect(site).toContain('auth_basic_user_file /etc/nginx/tools-login/htpasswd;')
    expect(JSON.stringify(find('Deployment', 'proxy'))).toContain('/etc/nginx/sites/kibana')
  })
})

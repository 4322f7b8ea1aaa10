import { expect, it } from 'vitest'
import { seen } from './manifests.ts'

const subjects = new Map([
  ['dev-full/web.yaml', 'Deployment/web'],
  ['production/web.yaml', 'Deployment/web'],
  ['production/names.yaml', 'ConfigMap/names'],
])
const said = (scanner: string, file: string) => ({ scanner, check: 'one', file, ok: true, message: '' })
const everything = ['dev-full/web.yaml', 'production/web.yaml'].flatMap((file) =>
  ['checkov', 'kube-score', 'kubeconform'].map((scanner) => said(scanner, file)),
)

it('a workload was scanned if each scanner spoke of it in each overlay', () => {
  expect(seen('Deployment/web', everything, { subjects })).toMatchObject({
    verdict: 'passed',
    evidence: 'checks kept: checkov 2 of 2, kube-score 2 of 2, kubeconform 2 of 2',
  })
})

it.each(everything)('and was not if $scanner is silent of $file', (silent) => {
  const rest = everything.filter((one) => one !== silent)
  expect(seen('Deployment/web', [...rest, said('trivy', silent.file)], { subjects })).toMatchObject({
    verdict: 'could not verify',
    evidence: `${silent.scanner} said nothing of it in ${silent.file.split('/')[0]}`,
  })
})

it('of anything else its fields must have been looked at', () => {
  const fields = said('kubeconform', 'production/names.yaml')
  expect(seen('ConfigMap/names', [fields], { subjects }).verdict).toBe('passed')
  expect(seen('ConfigMap/names', [], { subjects }).verdict).toBe('could not verify')
})

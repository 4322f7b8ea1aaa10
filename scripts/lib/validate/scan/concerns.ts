/**
 * What several scanners look at, by a name of its own, so that one weakness is one finding. Whatever is not here keeps
 * its scanner's own name for it.
 */
const concerns: Record<string, readonly string[]> = {
  capabilities: ['KSV003', 'KSV004', 'KSV022', 'KSV106', 'CKV_K8S_25', 'CKV_K8S_28', 'CKV_K8S_37'],
  'container-resources': [
    ...['KSV011', 'KSV015', 'KSV016', 'KSV018', 'CKV_K8S_10', 'CKV_K8S_11', 'CKV_K8S_12', 'CKV_K8S_13'],
    'container-resources',
  ],
  'default-security-context': ['KSV118', 'CKV_K8S_29', 'CKV_K8S_30'],
  'host-namespace': ['KSV008', 'KSV009', 'KSV010', 'CKV_K8S_17', 'CKV_K8S_18', 'CKV_K8S_19'],
  'host-path': ['KSV023', 'KSV121', 'KSV006'],
  'host-port': ['KSV024', 'CKV_K8S_26'],
  'image-pinned': ['KSV013', 'CKV_K8S_14', 'CKV_K8S_43', 'container-image-tag'],
  'low-user-id': ['KSV020', 'KSV021', 'CKV_K8S_40', 'container-security-context-user-group-id'],
  'privilege-escalation': ['KSV001', 'CKV_K8S_20'],
  privileged: ['KSV017', 'CKV_K8S_16', 'container-security-context-privileged'],
  'pull-policy': ['KSV0012', 'CKV_K8S_15', 'container-image-pull-policy'],
  probes: ['CKV_K8S_8', 'CKV_K8S_9', 'pod-probes'],
  'root-user': ['KSV012', 'KSV105', 'KSV116', 'CKV_K8S_23'],
  seccomp: ['KSV030', 'KSV104', 'CKV_K8S_31', 'container-seccomp-profile'],
  'secret-in-variable': ['CKV_K8S_35'],
  'service-account-token': ['KSV036', 'CKV_K8S_38'],
  'writable-root': ['KSV014', 'CKV_K8S_22', 'container-security-context-readonlyrootfilesystem'],
}

const concernOf = new Map(
  Object.entries(concerns).flatMap(([concern, checks]) => checks.map((check) => [check, concern] as const)),
)

/** The rule that a scanner's check belongs to. */
export const ruleOf = (scanner: string, check: string): string =>
  concernOf.get(check) ?? `${scanner}-${check.toLowerCase().replaceAll('_', '-')}`

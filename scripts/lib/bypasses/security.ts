import { credentialsIn } from './credentials.ts'
import type { Bypass, Place } from './bypass.ts'
import { filesLike, manifestFields, yamlObjects, type Tree } from './tree.ts'

interface Admission {
  kind?: string
  metadata?: { name?: string }
  spec?: { policyName?: string; validationActions?: string[]; failurePolicy?: string }
}

const NODE_AGENT = 'an agent of the node, in a namespace of its own: test/integration/engine-socket.test.ts'

function weakenedNamespaces(tree: Tree): Place[] {
  const main = 'k8s/base/namespace.yaml'
  const text = tree.files.get(main) ?? ''
  const missing = ['enforce', 'warn', 'audit'].filter(
    (mode) => !text.includes(`pod-security.kubernetes.io/${mode}: restricted`),
  )
  return [
    ...missing.map((mode) => ({ file: main, text: `pod-security.kubernetes.io/${mode} is not restricted` })),
    ...manifestFields(
      tree,
      (path, value) =>
        /pod-security\.kubernetes\.io\/(enforce|warn|audit)$/.test(path) && value !== 'restricted',
    ),
  ]
}

/** Policies of admission that refuse nothing: not bound, bound without Deny, or passed over when they fail. */
function toothlessPolicies(tree: Tree): Place[] {
  const objects = yamlObjects(tree, 'k8s').map(({ file, object }) => ({
    file,
    ...(object as Admission | null),
  }))
  const bindings = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding')
  const policies = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
  const bound = new Set(bindings.map(({ spec }) => spec?.policyName))
  const used = [...tree.files]
    .filter(([, text]) => /components\/admission$/m.test(text))
    .map(([file]) => file)
  const missing = ['k8s/overlays/dev', 'k8s/overlays/production'].filter(
    (overlay) => !used.includes(`${overlay}/kustomization.yaml`),
  )
  return [
    ...bindings
      .filter(({ spec }) => spec?.validationActions?.includes('Deny') !== true)
      .map(({ file, metadata }) => ({ file, text: `${metadata?.name} has no Deny` })),
    ...policies
      .filter(({ spec }) => spec?.failurePolicy === 'Ignore')
      .map(({ file, metadata }) => ({ file, text: `${metadata?.name} is passed over when it fails` })),
    ...policies
      .filter(({ metadata }) => !bound.has(metadata?.name))
      .map(({ file, metadata }) => ({ file, text: `${metadata?.name} is bound nowhere` })),
    ...missing.map((file) => ({ file, text: 'leaves k8s/components/admission out' })),
  ]
}

export const securityBypasses: readonly Bypass[] = [
  {
    id: 'weakened-pod-security',
    what: 'A namespace no longer enforces Pod Security restricted',
    why: 'Root, capabilities and the node itself are then one manifest away.',
    rule: 3,
    remedy: 'put the three labels back, and change the pod',
    find: weakenedNamespaces,
    allowed: { 'k8s/components/observability/node/namespace.yaml': NODE_AGENT },
    alsoFoundBy: ['scripts/lib/validate/steps/resource-limits/kernel.ts'],
  },
  {
    id: 'weakened-security-context',
    what: 'A container runs as root, may write to its root, or has capabilities or more privileges',
    why: 'Whoever breaks into it owns more than what it does.',
    rule: 3,
    remedy:
      'let k8s/components/hardened do it; mount an emptyDir with a sizeLimit where something is written',
    find: (tree) =>
      manifestFields(
        tree,
        (path, value) =>
          (/\b(privileged|allowPrivilegeEscalation)$/.test(path) && value === true) ||
          (/\b(readOnlyRootFilesystem|runAsNonRoot)$/.test(path) && value === false) ||
          (/\brunAs(User|Group)$/.test(path) && value === 0) ||
          (/\bcapabilities\.add$/.test(path) && Array.isArray(value) && value.length > 0),
      ),
    allowed: {
      'k8s/components/observability/node/daemonset-vlagent.yaml': NODE_AGENT,
      'k8s/components/logs-elk/node/daemonset-log-shipper.yaml': NODE_AGENT,
    },
    alsoFoundBy: [
      'scripts/lib/validate/steps/resource-limits/kernel.ts',
      'k8s/components/admission/policy-least-privilege.yaml',
    ],
  },
  {
    id: 'node-shared',
    what: "A pod has the node's network, processes or files",
    why: 'It sees past every network policy, and what the node can it can.',
    rule: 3,
    remedy: 'ask for it through a Service; keep files on a volume',
    find: (tree) =>
      manifestFields(
        tree,
        (path, value) =>
          (/\bhost(Network|PID|IPC)$/.test(path) && value === true) || /\bvolumes\.hostPath$/.test(path),
      ),
    allowed: {
      'k8s/components/observability/node/daemonset-node-exporter.yaml': NODE_AGENT,
      'k8s/components/observability/node/daemonset-vlagent.yaml': NODE_AGENT,
      'k8s/components/logs-elk/node/daemonset-log-shipper.yaml': NODE_AGENT,
    },
    alsoFoundBy: [
      'test/integration/engine-socket.test.ts',
      'k8s/components/admission/policy-no-node-access.yaml',
    ],
  },
  {
    id: 'second-way-in',
    what: 'Another service than the proxy has a hostPort, a node port, a load balancer or an Ingress',
    why: 'It is reached without TLS, without limits and without a login.',
    rule: 3,
    remedy: "give it a name at the proxy: a file in the component's sites",
    find: (tree) =>
      yamlObjects(tree, 'k8s').flatMap(({ file, object }) => {
        const { kind, metadata } = (object ?? {}) as { kind?: string; metadata?: { name?: string } }
        const opens = manifestFields(
          { ...tree, files: new Map([[file, tree.files.get(file) ?? '']]) },
          (path, value) =>
            /\b(hostPort|externalIPs|nodePort)$/.test(path) ||
            (path === 'spec.type' && /^(NodePort|LoadBalancer)$/.test(String(value))),
        )
        if (kind === 'Ingress' || kind === 'Gateway') return [{ file, text: `${kind}/${metadata?.name}` }]
        return kind === 'Service' && metadata?.name === 'proxy' ? [] : opens
      }),
    alsoFoundBy: ['scripts/lib/verify/front-door.ts'],
  },
  {
    id: 'toothless-admission',
    what: 'A policy of admission only warns, is passed over when it fails, or is bound nowhere',
    why: 'The API server then takes what the rules refuse, and says so to nobody who looks.',
    rule: 3,
    remedy: 'validationActions: [Deny], failurePolicy: Fail, and a binding; both overlays have the component',
    find: toothlessPolicies,
    alsoFoundBy: ['test/integration/admission.test.ts'],
  },
  {
    id: 'credential-in-file',
    what: 'A password, a token or a key stands in a file',
    why: 'Whoever reads the repository, an image or its history has it, and it cannot be taken back.',
    rule: 3,
    remedy: 'generate it: scripts/lib/secrets.ts; and change the one that was written down',
    find: (tree) =>
      filesLike(tree, /^(?!.*(package-lock\.json|go\.sum|\.svg)$)/).flatMap(([file, text]) =>
        credentialsIn(text).map((what) => ({ file, text: what })),
      ),
  },
]

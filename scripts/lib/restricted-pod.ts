import { NAME_LABEL } from './kubernetes.ts'

interface RestrictedPod {
  namespace: string
  image: string | undefined
  command: readonly string[]
  /** Instead of the pod's own name. */
  labels?: Record<string, string>
  /** What else the pod, and its container, have. */
  spec?: object
  container?: object
  /** Containers beside it. */
  sidecars?: readonly object[]
}

/** A pod whose container has its name, with no more rights than the bank's namespace lets it have. */
export function restrictedPod(
  name: string,
  {
    namespace,
    image,
    command,
    labels = { [NAME_LABEL]: name },
    spec,
    container,
    sidecars = [],
  }: RestrictedPod,
): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      ...spec,
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1001,
        runAsGroup: 1001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [{ name, image, command, ...container }, ...sidecars].map((one) => ({
        ...one,
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      })),
    },
  }
}

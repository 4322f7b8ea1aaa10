import { NAME_LABEL } from './kubernetes.ts'

interface RestrictedPod {
  namespace: string
  image: string | undefined
  command: readonly string[]
  /** What else the pod, and its container, have. */
  spec?: object
  container?: object
}

/** A pod of one container, of both the same name, with no more rights than the bank's namespace lets it have. */
export function restrictedPod(
  name: string,
  { namespace, image, command, spec, container }: RestrictedPod,
): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { [NAME_LABEL]: name } },
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
      containers: [
        {
          name,
          image,
          command,
          ...container,
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  }
}

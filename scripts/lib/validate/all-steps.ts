import type { Step } from './step.ts'
import { backupVerification } from './steps/backup-verification.ts'
import { containerBuild } from './steps/container-build.ts'
import { monitoring } from './steps/monitoring.ts'
import { networkConnectivity } from './steps/network-connectivity.ts'
import { resourceLimits } from './steps/resource-limits.ts'
import { securityScan } from './steps/security-scan.ts'
import { serviceHealth } from './steps/service-health.ts'
import { tlsAndHeaders } from './steps/tls-and-headers.ts'

/** The steps of the validation, in the order in which they run. */
export const allSteps: readonly Step[] = [
  containerBuild,
  securityScan,
  serviceHealth,
  networkConnectivity,
  resourceLimits,
  monitoring,
  backupVerification,
  tlsAndHeaders,
]

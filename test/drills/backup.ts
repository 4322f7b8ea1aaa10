import { runPsql } from '../../scripts/lib/database.ts'
import type { Drill } from './drill.ts'
import { plantMetrics } from './planted-metrics.ts'
import { takeAway } from './workloads.ts'

export const storeGone: Drill = {
  title: 'the store of backups gone, while PostgreSQL writes',
  // The last success must be two minutes ago.
  alerts: [
    { alert: 'WalArchivingFailing', after: 120 },
    { alert: 'StoreCertificateUnseen', labels: { store: 'object-store' } },
  ],
  plant: async () => {
    const bringBack = await takeAway('statefulset/object-store')
    await runPsql(
      'the log was not switched',
      'select from pg_current_xact_id();\nselect from pg_switch_wal();\n',
    )
    return bringBack
  },
}

const old = (job: string) => `kube_job_status_completion_time{namespace="drill",job_name="${job}"} 1700000000`

// A night in which nothing ran is nobody's to make: another exporter tells of a bank that had many.
export const oldBackups: Drill = {
  title: 'backups that were made and verified too long ago',
  alerts: [
    { alert: 'BackupTooOld', labels: { namespace: 'drill' } },
    { alert: 'BackupNotVerified', labels: { namespace: 'drill' } },
  ],
  plant: () =>
    plantMetrics(
      'drill-backups',
      'kube-state-metrics',
      JSON.stringify([old('backup-full-1'), old('verify-backup-1')]),
    ),
}

const size = (bytes: number, series: string) => `pgbackrest_backup_${series}{type="drill"} ${bytes}`

export const smallBackup: Drill = {
  title: 'a backup that lacks most of what the one before had',
  alerts: [{ alert: 'BackupShrank', labels: { type: 'drill' } }],
  plant: () =>
    plantMetrics(
      'drill-backup-size',
      'postgres-exporter',
      JSON.stringify([size(1_000_000, 'bytes'), size(9_000_000, 'previous_bytes')]),
    ),
}

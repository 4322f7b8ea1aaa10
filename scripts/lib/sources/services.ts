/** A service whose sources reach its running container by Tilt's live update. */
export interface SyncedService {
  name: string
  /** What is synced, as in the Tiltfile: where it lies in the checkout, and in the container. */
  syncs: readonly { from: string; to: string }[]
  /** What the container runs after a sync. */
  load: readonly string[]
}

export const syncedServices: readonly SyncedService[] = [
  {
    name: 'api',
    syncs: [
      { from: 'services/api/src', to: '/app/services/api/src' },
      { from: 'services/api/migrations', to: '/app/services/api/migrations' },
    ],
    load: ['running-sources', '--settle'],
  },
  {
    name: 'web',
    syncs: [
      { from: 'services/web/src', to: '/app/services/web/src' },
      { from: 'services/web/public', to: '/app/services/web/public' },
      { from: 'services/web/index.html', to: '/app/services/web/index.html' },
      { from: 'services/web/workbench', to: '/app/services/web/workbench' },
    ],
    load: ['running-sources', '--settle'],
  },
  {
    name: 'proxy',
    syncs: [{ from: 'services/proxy/conf', to: '/etc/nginx/conf' }],
    load: ['load-sources'],
  },
]

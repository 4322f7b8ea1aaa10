import type { ConfigEnv, Plugin, UserConfig } from 'vite'

// Asked before anything is imported: outside of the bank's images there are no packages, and no server is to start.
if (!process.env.DWAY_IMAGE) {
  process.stderr.write('The bank runs in containers: ./dway up\n')
  process.exit(1)
}
const { default: react } = await import('@vitejs/plugin-react')

/** React's plugin without its inline script: src/main.tsx imports the same preamble as a module. */
function reactWithoutInlineScript(): Plugin[] {
  return react().map((plugin) => {
    if (plugin.name !== 'vite:react-refresh') return plugin
    const { transformIndexHtml: _inlinePreamble, ...rest } = plugin
    return rest
  })
}

/** Answers `GET /healthz` ahead of Vite's check of the Host header: a probe asks by address or service name. */
function health(): Plugin {
  return {
    name: 'dwaybank:health',
    configureServer(server) {
      server.middlewares.stack.unshift({
        route: '/healthz',
        handle: (_request: unknown, response: import('node:http').ServerResponse) => {
          response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('ok\n')
        },
      })
    },
  }
}

/** What only a developer's server does; the production image is built without these files. */
async function developersPlugins(): Promise<Plugin[]> {
  const [{ logRequests }, { reportSources }, { showCodeError }] = await Promise.all([
    import('./dev/log-requests.ts'),
    import('./dev/report-sources.ts'),
    import('./dev/show-code-error.ts'),
  ])
  return [logRequests(), reportSources(), showCodeError()]
}

export default async ({ command }: ConfigEnv): Promise<UserConfig> => ({
  plugins: [health(), reactWithoutInlineScript(), ...(command === 'serve' ? await developersPlugins() : [])],
  // Outside the checkout; the image brings the dependencies already bundled in a folder of its own.
  cacheDir: process.env.VITE_CACHE_DIR ?? '/tmp/dwaybank-web',
  clearScreen: false,
  server: {
    host: '0.0.0.0',
    port: 3001,
    strictPort: true,
    allowedHosts: ['.localhost'],
    warmup: { clientFiles: ['./src/main.tsx'] },
  },
  // A data: URI would need an exception in the content security policy.
  build: { assetsInlineLimit: 0 },
})

import type { Plugin } from 'vite'

/** Shows over the page that the api's code doesn't run, as Vite shows it of the page's own code. */
export function showCodeError(): Plugin {
  return {
    name: 'dwaybank:show-code-error',
    apply: 'serve',
    transformIndexHtml: () => [
      {
        tag: 'script',
        attrs: { type: 'module', src: '/dev/code-error-overlay.ts' },
        injectTo: 'head-prepend',
      },
    ],
  }
}

// build.ts WEB_DIR OUT_DIR: bundles Tilt's web page with esbuild and sass in place of its react-scripts, which
// would take a minute and 1,400 packages more.
import fs from 'node:fs'
import path from 'node:path'
import * as esbuild from 'esbuild'
import * as sass from 'sass'

const [web = 'web', out = 'build'] = process.argv.slice(2)

/** An SVG attribute's name as React spells it. */
function reactName(name: string): string {
  if (name === 'class') return 'className'
  if (/^(data|aria)-/.test(name)) return name
  return name.replace(/[-:]([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** An inline style as the object that React wants. */
function reactStyle(text: string): Record<string, string> {
  const declarations = text.split(';').filter((part) => part.includes(':'))
  return Object.fromEntries(
    declarations.map((part) => {
      const [name = '', ...value] = part.split(':')
      return [reactName(name.trim()), value.join(':').trim()]
    }),
  )
}

/** A module that exports an SVG both as a component and as a data URL, as react-scripts does. */
function svgModule(file: string): string {
  const text = fs
    .readFileSync(file, 'utf8')
    .replace(/<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<!--[\s\S]*?-->/g, '')
    .trim()
  const match = /^<svg\b([^>]*)>([\s\S]*)<\/svg>$/.exec(text)
  if (!match) throw new Error(`${file} is not a plain SVG`)
  const [, attributeText = '', content = ''] = match
  const attributes = [...attributeText.matchAll(/([\w:-]+)\s*=\s*(["'])([\s\S]*?)\2/g)]
  const props = Object.fromEntries(
    attributes.map(([, name = '', , value = '']) =>
      name === 'style' ? ['style', reactStyle(value)] : [reactName(name), value],
    ),
  )
  return `import { createElement, forwardRef } from 'react'
const props = ${JSON.stringify(props)}
const content = { __html: ${JSON.stringify(content)} }
export const ReactComponent = forwardRef((own, ref) =>
  createElement('svg', { ...props, ...own, ref, dangerouslySetInnerHTML: content }))
export default ${JSON.stringify('data:image/svg+xml;base64,' + Buffer.from(text).toString('base64'))}`
}

const loaders: esbuild.Plugin = {
  name: 'svg-and-scss',
  setup(build) {
    build.onLoad({ filter: /\.svg$/ }, ({ path: file }) => ({
      loader: 'js',
      resolveDir: path.dirname(file),
      contents: svgModule(file),
    }))
    build.onLoad({ filter: /\.scss$/ }, ({ path: file }) => ({
      loader: 'css',
      contents: sass.compile(file, { style: 'compressed', quietDeps: true }).css,
    }))
  },
}

fs.cpSync(path.join(web, 'public'), out, { recursive: true })
const result = await esbuild.build({
  entryPoints: { main: path.join(web, 'src/index.tsx') },
  bundle: true,
  minify: true,
  metafile: true,
  outdir: path.join(out, 'static'),
  entryNames: '[name].[hash]',
  assetNames: 'media/[name].[hash]',
  publicPath: '/static/',
  target: 'es2019',
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [loaders],
  jsx: 'automatic',
  loader: { '.png': 'file', '.woff': 'file', '.woff2': 'file' },
  legalComments: 'linked',
  logLevel: 'warning',
})

const tags = Object.keys(result.metafile.outputs).map((file) => {
  const url = '/static/' + path.basename(file)
  if (file.endsWith('.js')) return `<script defer src="${url}"></script>`
  if (file.endsWith('.css')) return `<link href="${url}" rel="stylesheet">`
  return ''
})
const index = path.join(out, 'index.html')
const page = fs
  .readFileSync(index, 'utf8')
  // Web fonts come from another host, which a closed network cannot reach; the page has fallbacks.
  .replace(/<link\b[^>]*fonts\.(googleapis|gstatic)\.com[^>]*>/g, '')
fs.writeFileSync(index, page.replace('</head>', tags.join('') + '</head>'))

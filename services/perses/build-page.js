// Builds Perses' page of its sources, in app/, and of the packages that are published with it. Its own settings take
// those packages from beside it in a repository that isn't here.
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { rspack } from '@rspack/core'

const app = path.join(import.meta.dirname, 'app')
const folderOf = (name) => path.dirname(createRequire(import.meta.filename).resolve(`${name}/package.json`))
// The page has a name of its own, and so no prefix.
const publicPath = '/'

const compiler = rspack({
  mode: 'production',
  devtool: false,
  context: app,
  entry: './src/bundle.ts',
  output: { path: path.join(app, 'dist'), publicPath },
  resolve: {
    extensions: ['...', '.ts', '.tsx'],
    // The web front end has another one in the same lockfile.
    alias: { react: folderOf('react'), 'react-dom': folderOf('react-dom') },
  },
  experiments: { css: true },
  module: {
    rules: [
      { test: /\.woff2?$/, type: 'asset/resource' },
      { test: /\.(png|jpg|gif|svg)$/, type: 'asset' },
      {
        test: /\.tsx?$/,
        type: 'javascript/auto',
        loader: 'builtin:swc-loader',
        options: {
          jsc: {
            parser: { syntax: 'typescript', tsx: true },
            transform: { react: { runtime: 'automatic' } },
          },
          env: { targets: ['chrome >= 87', 'edge >= 88', 'firefox >= 78', 'safari >= 14'] },
        },
      },
    ],
  },
  plugins: [new rspack.HtmlRspackPlugin({ template: './index.html', favicon: './favicon.ico', publicPath })],
})

compiler.run((error, stats) => {
  if (error || stats.hasErrors()) {
    process.stderr.write(`${error ?? stats.toString({ all: false, errors: true })}\n`)
    process.exitCode = 1
  }
  compiler.close(() => undefined)
})

// Compiles the product's programs into dist/, each one file and what it shares with the others: loading four hundred
// sources through a compiler took three seconds at every start. Packages stay outside, but for those of TAKEN_IN.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'

const HERE = import.meta.dirname
const OUT = path.join(HERE, 'dist')
const require = createRequire(import.meta.url)

/** Sources name the product's packages as npm does, and find their neighbours (SQL, weights, seeds) by their own address. */
const sources = {
  name: 'sources',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@guanlan\// }, ({ path: name }) => ({ path: require.resolve(name) }))
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8')
      const address = `new URL('${path.relative(OUT, file)}', import.meta.url).href`
      return { contents: text.replaceAll('import.meta.url', address), loader: 'ts' }
    })
  },
}

/** Packages of many small modules, none with a native part or files of its own: a start read seven hundred of them. */
const TAKEN_IN =
  /^(zod|zod-openapi|better-auth|better-call|kysely|jose|@better-auth\/[^/]+|@better-fetch\/[^/]+|@opentelemetry\/api)(\/|$)/
const packages = {
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) => {
      if (kind === 'entry-point' || name.startsWith('@guanlan/') || TAKEN_IN.test(name)) return undefined
      return { path: name, external: true }
    })
  },
}

await rm(OUT, { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: HERE,
  entryPoints: {
    guanlan: 'src/cli/main.ts',
    'render-process': 'src/reports/forms/render-process.ts',
    seeds: '../seeds/src/main.ts',
  },
  outdir: OUT,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  plugins: [sources, packages],
  metafile: true,
  logLevel: 'warning',
})
// What the result was made of: bin/guanlan.mjs runs it only while it is newer than all of that. The lock stands for packages.
const own = Object.keys(metafile.inputs).filter((file) => !file.includes('node_modules/'))
await writeFile(path.join(OUT, 'inputs.json'), JSON.stringify([...own, '../package-lock.json']))

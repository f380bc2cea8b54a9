import path from 'node:path'

const HERE = import.meta.dirname
/** In `dist` the programs lie beside this code; otherwise this code is a source, and so are they. */
const COMPILED = import.meta.filename.endsWith('.js')

const SOURCES = {
  'render-process': '../reports/forms/render-process.ts',
  seeds: '../../../seeds/src/main.ts',
}

/** How Node runs one of the product's own programs in another process: its file, and the options it needs before it. */
export function program(name: keyof typeof SOURCES): { file: string; execArgv: string[] } {
  return COMPILED
    ? { file: path.join(HERE, `${name}.js`), execArgv: [] }
    : { file: path.join(HERE, SOURCES[name]), execArgv: ['--import', 'tsx'] }
}

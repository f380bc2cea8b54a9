// `npm run demo`: installs, builds and starts the product on its embedded engines with a throw-away data directory,
// a demo organisation and a live scenario. Arguments go to `guanlan demo` (--speed, --seed, --port, --keep).
import { buildProduct, installPackages, requireNode, runTool } from './lib/setup.mjs'

requireNode()
await installPackages()
await buildProduct()
process.exit(await runTool('guanlan', ['demo', ...process.argv.slice(2)]))

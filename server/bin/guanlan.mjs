#!/usr/bin/env node
// Runs the TypeScript sources as they are; what tsx compiled once is kept in its cache.
import { register } from 'tsx/esm/api'

register()
const { main } = await import('../src/cli/main.ts')
await main(process.argv.slice(2))

#!/usr/bin/env node
// Runs the compiled product; its sources, through a compiler, when there is none or one of them is newer.
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'

const SERVER = path.dirname(import.meta.dirname)
const INPUTS = path.join(SERVER, 'dist', 'inputs.json')

function compiledIsCurrent() {
  try {
    const compiledAt = statSync(INPUTS).mtimeMs
    const inputs = JSON.parse(readFileSync(INPUTS, 'utf8'))
    return inputs.every((file) => statSync(path.join(SERVER, file)).mtimeMs <= compiledAt)
  } catch {
    return false
  }
}

async function load() {
  if (compiledIsCurrent()) return import('../dist/guanlan.js')
  const { register } = await import('tsx/esm/api')
  register()
  return import('../src/cli/main.ts')
}

const { main } = await load()
await main(process.argv.slice(2))

import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import path from 'node:path'
import { ROOT } from './workspace.ts'

const BIN = path.join(ROOT, 'server/bin/guanlan.mjs')

export interface CliResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliProcess {
  readonly child: ChildProcess
  readonly ended: Promise<CliResult>
  /** Everything written to stdout so far. */
  stdout(): string
  stderr(): string
}

/** Starts the real command line; only the given variables and a PATH are in its environment. */
export function spawnCli(
  args: readonly string[],
  env: Record<string, string>,
  options: SpawnOptions = {},
): CliProcess {
  const child = spawn(process.execPath, [BIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', ...env },
    ...options,
  })
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return { child, ended, stdout: () => stdout, stderr: () => stderr }
}

/** Runs a command to its end. `input` goes to its standard input. */
export function runCli(
  args: readonly string[],
  env: Record<string, string>,
  options: SpawnOptions & { input?: string } = {},
): Promise<CliResult> {
  const { input = '', ...rest } = options
  const process = spawnCli(args, env, rest)
  process.child.stdin?.end(input)
  return process.ended
}

import { fork } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Memory of a process and all its descendants, in MB; anonymous memory and the rest (mapped files, shared memory) apart. */
export function treeMemory(pid: number): { anonMb: number; fileMb: number } {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      // The command of a process may hold anything but its closing bracket comes last.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch {
      // It ended meanwhile.
    }
  }
  let [anon, rss] = [0, 0]
  const open = [pid]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    open.push(...(children.get(next) ?? []))
    try {
      const rollup = readFileSync(`/proc/${next}/smaps_rollup`, 'utf8')
      const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0)
      anon += field('Anonymous')
      rss += field('Rss')
    } catch {
      // It ended meanwhile.
    }
  }
  return { anonMb: Math.round(anon / 1024), fileMb: Math.round((rss - anon) / 1024) }
}

/** Runs a script as a process of its own, hands it a message and gives the one it sends back. */
export function runScript<T>(script: URL, message: object): Promise<T> {
  const child = fork(script, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as T))
    child.once('exit', (code) => code !== 0 && reject(new Error('a process of the benchmark failed')))
    child.once('error', reject)
    child.send(message)
  })
}

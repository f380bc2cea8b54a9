// npm run train -- <name>: runs analytics/train/<name>.ts, which writes its weights to analytics/weights/.

const COMMANDS: Readonly<Record<string, () => Promise<{ run(args: string[]): Promise<void> }>>> = {
  sentiment: () => import('./sentiment.ts'),
  names: () => import('./names.ts'),
}

async function main(): Promise<void> {
  const [name, ...args] = process.argv.slice(2)
  const load = COMMANDS[name ?? '']
  if (load === undefined) throw new Error(`usage: npm run train -- ${Object.keys(COMMANDS).join(' | ')}`)
  await (await load()).run(args)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})

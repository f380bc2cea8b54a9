import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.join(import.meta.dirname, '..')
const text = (file: string) => readFileSync(path.join(root, file), 'utf8')

it('the image gets the package.json of every workspace in both of its stages: npm ci refuses a lock that names others', () => {
  const { workspaces } = JSON.parse(text('package.json')) as { workspaces: string[] }
  const stages = text('deploy/Dockerfile')
    .split(/^FROM /m)
    .slice(1)
  expect(stages).toHaveLength(2)
  for (const stage of stages) {
    const copied = [...stage.matchAll(/^COPY (\S+)\/package\.json \1\/$/gm)].map(([, workspace]) => workspace)
    expect(copied.sort()).toEqual([...workspaces].sort())
  }
})

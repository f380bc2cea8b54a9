import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MESSAGES } from './index.ts'

const SEEDS = ['rules', 'policies', 'rosters'].map((file) =>
  readFileSync(`seeds/alerting/${file}.yaml`, 'utf8'),
)

it('calls what ships with the product as the product does, and has an English name for it', () => {
  const named = SEEDS.flatMap((text) => [...text.matchAll(/^- id: (\S+)\n(?: {2}.*\n)*? {2}name: (.+)$/gm)])
  expect(named.length).toBeGreaterThan(10)
  expect(MESSAGES['zh-CN'].alerts.shipped).toEqual(
    Object.fromEntries(named.map(([, id, name]) => [id, name])),
  )
  for (const name of Object.values(MESSAGES.en.alerts.shipped)) expect(name).toMatch(/^[\x20-\x7e]+$/)
})

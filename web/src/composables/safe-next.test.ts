import { expect, it } from 'vitest'
import { safeNext } from './safe-next.ts'

it.each([
  ['/overview?scope=org', '/overview?scope=org'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  [undefined, '/'],
  [['/a'], '/'],
])('sends %s to %s', (next, to) => expect(safeNext(next)).toBe(to))

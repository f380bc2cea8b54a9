/** A child process: the server of the test helpers under a clock that the parent moves, ticked when it says so. Started by clocked-server.ts. */
import { readSync, openSync } from 'node:fs'
import { createTestRandom } from './random.ts'
import { startServer } from './server.ts'

const [dataDir = '', port = '', file = '', nth = ''] = process.argv.slice(2)
const clockFile = openSync(file, 'r')
const bytes = Buffer.alloc(8)
// Read each time: what the parent wrote before it sent a request is in force when the request arrives.
const now = () => {
  readSync(clockFile, bytes, 0, 8, 0)
  return Date.now() + bytes.readDoubleLE()
}
const env = { GUANLAN_TIMEZONE: 'Asia/Shanghai', GUANLAN_WEB_DIR: process.env['GUANLAN_WEB_DIR'] ?? '' }
const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
const random = createTestRandom(`start ${nth}`)
const server = await startServer({ dataDir, port: Number(port), clock: { now }, random, env: given })
process.send?.({ ready: true })
process.on('message', (order: 'stop' | { tick: number }) => {
  if (order === 'stop') void server.stop().then(() => process.exit(0))
  else void server.tick?.(order.tick).then(() => process.send?.({ ticked: true }))
})

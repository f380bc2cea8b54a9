import { overPool } from '@guanlan/server/store/postgres-pool'
import { createEvaluator, type FaultStep } from './alert-evaluator.ts'

/** Orders from the test, one at a time; each is answered with what was left to say, or with the process' death. */
export type Order =
  | { readonly type: 'open'; readonly name: string; readonly socketDir: string; readonly url: string }
  | { readonly type: 'tick'; readonly at: number; readonly value: number }
  | { readonly type: 'deed'; readonly at: number; readonly deed: 'acknowledge' | 'resolve' }
  | { readonly type: 'die'; readonly step: FaultStep; readonly nth: number }

const clock = { at: 0, now: () => clock.at }
let value = 0
let dying: { step: FaultStep; left: number } | undefined
let evaluator: ReturnType<typeof createEvaluator> | undefined

/** No farewell: what a machine that loses power does. */
function mayDie(step: FaultStep): void {
  if (dying === undefined || dying.step !== step || --dying.left > 0) return
  process.kill(process.pid, 'SIGKILL')
  // The signal comes at once but not within this call.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000)
}

async function carryOut(order: Order): Promise<boolean> {
  if (order.type === 'open') {
    const { name, socketDir, url } = order
    const postgres = overPool({ host: socketDir, port: 5432, user: 'guanlan', database: 'guanlan' })
    evaluator = createEvaluator({ name, postgres, clock, url, value: () => value, step: mayDie })
    return true
  }
  if (order.type === 'die') {
    dying = { step: order.step, left: order.nth }
    return true
  }
  clock.at = order.at
  const { drive, tick } = evaluator ?? {}
  if (order.type === 'tick') {
    value = order.value
    await tick?.()
    return drive?.leads === true
  }
  const alertId = [...(drive?.world.alerts.keys() ?? [])][0] ?? ''
  if (order.deed === 'acknowledge') await drive?.run({ type: 'acknowledge', alertId, by: 'duty' })
  else await drive?.run({ type: 'resolve', alertId, by: 'duty', signedIn: true, outcome: 'handled' })
  return true
}

process.on('message', (order: Order) => {
  carryOut(order).then(
    (leads) => process.send?.({ leads, error: null }),
    (error: unknown) => process.send?.({ leads: false, error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.({ leads: false, error: null })

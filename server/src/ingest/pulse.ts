import type { Clock } from '../lib/clock.ts'

/** Messages accepted in each of the last 120 seconds, by group: what live seconds of units and the organisation add up. */
export interface Pulse {
  count(groupId: string, acceptedAt: number): void
  /** Messages in each of the last 60 whole seconds, oldest first, of the groups that may count there. */
  perSecond(groupIds: Iterable<string>): number[]
}

const SECONDS = 120
const SHOWN = 60

interface Ring {
  counts: Uint32Array
  /** Second of the newest count; older slots than SECONDS before it are stale. */
  newest: number
}

function advance(ring: Ring, second: number): void {
  // A clock that was set back further than the ring reaches: what it holds is not of these seconds.
  if (second <= ring.newest - SECONDS) {
    ring.counts.fill(0)
    ring.newest = second
  }
  if (second <= ring.newest) return
  const from = Math.max(ring.newest + 1, second - SECONDS + 1)
  for (let at = from; at <= second; at++) ring.counts[at % SECONDS] = 0
  ring.newest = second
}

export function createPulse(clock: Clock): Pulse {
  const rings = new Map<string, Ring>()
  let swept = 0

  /** Rings of groups that fell silent go, so that memory follows what is active. */
  function sweep(second: number): void {
    if (Math.abs(second - swept) < SECONDS) return
    swept = second
    for (const [id, ring] of rings) if (Math.abs(second - ring.newest) >= SECONDS) rings.delete(id)
  }
  return {
    count(groupId, acceptedAt) {
      const second = Math.floor(acceptedAt / 1000)
      let ring = rings.get(groupId)
      if (ring === undefined)
        rings.set(groupId, (ring = { counts: new Uint32Array(SECONDS), newest: second }))
      advance(ring, second)
      ring.counts[second % SECONDS] = (ring.counts[second % SECONDS] as number) + 1
      sweep(second)
    },
    perSecond(groupIds) {
      const end = Math.floor(clock.now() / 1000)
      const sums = new Array<number>(SHOWN).fill(0)
      for (const id of groupIds) {
        const ring = rings.get(id)
        if (ring === undefined) continue
        for (let i = 0; i < SHOWN; i++) {
          const second = end - SHOWN + i
          if (second > ring.newest || second <= ring.newest - SECONDS) continue
          sums[i] = (sums[i] as number) + (ring.counts[second % SECONDS] as number)
        }
      }
      return sums
    },
  }
}

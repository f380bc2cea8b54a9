import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createOutbox } from './outbox.ts'
import type { Watch } from './ticker.ts'

const watchOf = (key: string, watchers: string[]) =>
  ({ key, watchers: new Set(watchers), snapshot: undefined }) as unknown as Watch

describe('outbox', () => {
  it('keeps at most one snapshot of a panel on the way and ends with the newest, whatever the line does', () => {
    const step = fc.oneof(
      fc.record({ publish: fc.constantFrom('a', 'b') }),
      fc.record({ idle: fc.boolean() }),
      fc.constant({ flush: true }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const line = { idle: true }
        const newest = new Map<string, number>()
        const received = new Map<string, number>()
        let unread: string[] = []
        const send = (watch: Watch) => {
          received.set(watch.key, newest.get(watch.key) ?? 0)
          unread.push(watch.key)
          line.idle = false
        }
        const outbox = createOutbox((_ids, watch) => send(watch))
        outbox.add({ id: 's', idle: () => line.idle, send })
        const watches = { a: watchOf('a', ['s']), b: watchOf('b', ['s']) }
        for (const move of steps) {
          if ('publish' in move) {
            newest.set(move.publish, (newest.get(move.publish) ?? 0) + 1)
            outbox.publish(watches[move.publish as 'a' | 'b'])
          } else if ('idle' in move) {
            line.idle = move.idle
            if (move.idle) unread = []
          } else outbox.flush()
          expect(unread.length).toBe(new Set(unread).size)
        }
        line.idle = true
        unread = []
        outbox.flush()
        expect(received).toEqual(newest)
        expect(outbox.waiting).toBe(0)
      }),
    )
  })

  it('forgets what a socket no longer watches or waits for', () => {
    const sent: string[] = []
    const outbox = createOutbox((ids, watch) => sent.push(`${watch.key} ${ids.join()}`))
    let idle = true
    outbox.add({ id: 's', idle: () => idle, send: (watch) => sent.push(`${watch.key} late`) })
    const watch = watchOf('a', ['s', 'gone'])
    outbox.publish(watch)
    idle = false
    outbox.publish(watch)
    expect(outbox.waiting).toBe(1)
    outbox.drop('s', 'a')
    idle = true
    outbox.flush()
    outbox.remove('s')
    outbox.publish(watch)
    expect(sent).toEqual(['a s'])
  })
})

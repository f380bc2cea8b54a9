/** What `npm run bench -- topics --stream` makes of files that others wrote. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { countsFrom, readStream, readTruth, within } from '../bench/topics-stream.ts'

const folder = mkdtempSync(join(tmpdir(), 'guanlan-stream-'))
afterAll(() => rmSync(folder, { recursive: true }))

const minute = 60_000
const start = Date.UTC(2026, 2, 1, 4, 30)
let files = 0

function file(text: string): string {
  const path = join(folder, String(files++))
  writeFileSync(path, text)
  return path
}

/** Ten days of a message an hour, with times as told. */
const stream = (time: (at: number) => unknown, end = '\n'): string =>
  file(
    Array.from({ length: 240 }, (_, i) =>
      JSON.stringify({
        t: time(start + i * 60 * minute),
        sender: i % 7,
        group: i % 3,
        text: i % 2 ? '停水' : '',
      }),
    ).join(end),
  )
const truth = (time: (at: number) => unknown): string =>
  file(
    JSON.stringify({
      topics: [
        { id: 1, start: time(start + 1440 * minute), end: time(start + 4000 * minute), terms: ['停電 通知'] },
      ],
    }),
  )

describe('a stream of others', () => {
  it('may tell its times in any usual way, and the truth in another one', () => {
    const ways: ((at: number) => unknown)[] = [
      (at) => at,
      (at) => at / 1000,
      (at) => at * 1000,
      (at) => String(at),
      (at) => new Date(at).toISOString(),
      (at) => new Date(at + 480 * minute).toISOString().replace('Z', '+08:00'),
    ]
    for (const way of ways) {
      const { events, divisor } = readStream(stream(way, '\r\n'))
      expect(events).toHaveLength(240)
      expect(events[0]).toEqual({ t: start, sender: '0', group: '0', text: '' })
      expect(
        readTruth(
          truth((at) => at),
          divisor,
        ).topics[0]!.start,
      ).toBe(start + 1440 * minute)
    }
  })

  it('may count milliseconds from its own beginning', () => {
    const since = (at: number): number => at - start
    const { events, divisor } = readStream(stream(since))
    expect(events[1]!.t - events[0]!.t).toBe(60 * minute)
    const [topic] = readTruth(truth(since), divisor).topics
    expect(topic).toMatchObject({ start: 1440 * minute, end: 4000 * minute })
  })

  it('is refused where a single time is far from the others', () => {
    const lines = (t: number): string => JSON.stringify({ t, sender: 'a', group: 'g', text: '' })
    const times = [0, ...Array.from({ length: 99 }, (_, i) => start + i * minute)]
    expect(() => readStream(file(times.map(lines).join('\n')))).toThrow('two years')
  })

  it('counts from its first topic on, after a week at the latest, and leaves out topics beyond its ends', () => {
    const { events } = readStream(stream((at) => at))
    const [first, last] = [events[0]!.t, events.at(-1)!.t]
    const known = readTruth(truth((at) => at))
    expect(countsFrom(known, first, last)).toBe(start + 1440 * minute)
    expect(countsFrom({ topics: [], controls: [] }, first, last)).toBe((first + last) / 2)
    expect(within(known, last, last + minute).outside).toBe(1)
  })
})

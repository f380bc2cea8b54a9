/** The poisoner: accounts of their own say a word that nobody else says; does its showing tell about one more person? */
import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import { round } from './differencing-attack.ts'
import { drawWords, inProcessTarget, keyOf, start, type Post } from './differencing-world.ts'
import { createRandom, type Random } from './topics-material.ts'

interface Trial {
  says: boolean
  word: number
  from: number
  /** of the poisoner, in two groups */
  accounts: number
}

/** One trial: everyday talk, accounts in two groups say a word nobody else says, and the target says it or not. */
function poisonPosts({ says, word, from, accounts }: Trial, other: number, random: Random): Post[] {
  const post = (at: number, person: number, group: number, words: number[]): Post => ({
    ...{ at: from + at, person, unit: 1, group, words, phantom: [] },
  })
  return [
    ...Array.from({ length: 40 }, (_, i) => {
      const person = 100 + Math.floor(random() * 60)
      return post(i * 5000, person, 10 + (i % 3), drawWords(person, random))
    }),
    ...Array.from({ length: accounts }, (_, i) => post(210_000 + i, i, 10 + (i % 2), [word])),
    post(220_000, 90, 10, says ? [word] : [other]),
  ]
}

const POISON_TRIALS = 200
const TRIAL_MS = 600_000

/** How much does the showing of the poisoners' word tell about one more person? */
export async function poisoningGain(
  attack: (posts: readonly Post[], until: number) => Promise<ReleasedCell[]> | ReleasedCell[],
  from: number,
  accounts = 4,
): Promise<number> {
  const shown = [0, 0]
  for (const says of [0, 1]) {
    const random = createRandom(77)
    for (let trial = 0; trial < POISON_TRIALS; trial++) {
      const begin = from + (says * POISON_TRIALS + trial) * TRIAL_MS
      const word = 50_000 + says * POISON_TRIALS + trial
      const posts = poisonPosts({ says: says === 1, word, from: begin, accounts }, 9000 + trial, random)
      const cells = await attack(posts, begin + TRIAL_MS - 1000)
      const key = String(keyOf(word))
      if (cells.some((cell) => cell.scope === 'scope' && [key, String(word)].includes(cell.key)))
        shown[says]!++
    }
  }
  return round((shown[1]! - shown[0]!) / POISON_TRIALS)
}

/**
 * The same in process, by the number of the poisoner's accounts: with a floor drawn evenly from `jitter` values no number of
 * them gains more than one in `jitter`.
 */
export async function poisoningByAccounts(jitter: number): Promise<Record<string, number>> {
  const gains: Record<string, number> = {}
  for (const accounts of [3, 4, 5, 6, 7, 8]) {
    const target = inProcessTarget(start, 5, { jitter })
    const attack = (posts: readonly Post[], until: number): ReleasedCell[] => {
      for (const post of posts) target.post(post)
      return target.released(until)
    }
    gains[String(accounts)] = await poisoningGain(attack, start, accounts)
  }
  return gains
}

/**
 * Attackers against released cells: `npm run bench -- differencing --json [--product-only | --code-only] [--sizes 200,500]`.
 * Each reads everything that is released and knows when its target posts; none knows what. The same attackers run against
 * the product (ingest API, sockets, HTTP), the release code alone with more days, and controls without protection.
 */
import { attackWorld } from './differencing-attack.ts'
import { poisoningByAccounts, poisoningGain } from './differencing-poison.ts'
import {
  day,
  drawPosts,
  inProcessTarget,
  nakedTarget,
  simulate,
  SIZES,
  start,
  type Post,
} from './differencing-world.ts'

/** Days in the product, in the release code, and in the controls. */
const DAYS: Record<number, [number, number, number]> = {
  200: [20, 90, 10],
  500: [8, 40, 6],
  1000: [4, 25, 4],
  5000: [2, 6, 1],
  50_000: [0.5, 1, 0.25],
}
/** Rows of the words panel. */
const ROWS = 40
const daysOf = (perDay: number, i: 0 | 1 | 2): number => DAYS[perDay]![i]

/** The product: ingest over HTTP, panels over a socket, the rest of the API. One server, one size after the other. */
async function attackProduct(sizes: readonly number[]): Promise<object> {
  const bySize: Record<string, number> = {}
  const shownBySize: Record<string, number> = {}
  const { serverTarget } = await import('./differencing-server.ts')
  const target = await serverTarget(start)
  let from = start + 2 * 3_600_000
  let [complement, intersection] = [0, 0]
  try {
    for (const perDay of sizes) {
      const until = from + daysOf(perDay, 0) * day
      const posts = drawPosts(perDay, daysOf(perDay, 0), perDay, from)
      const cells = await target.attack(posts, until)
      // The product knows words by their place in a dictionary; so do the attackers.
      const heard = (post: Post): Post => ({
        ...post,
        ...{ words: target.heard(post.words), phantom: target.heard(post.phantom) },
      })
      const world = { posts: posts.map(heard), cells }
      const figures = attackWorld(world, ROWS)
      bySize[String(perDay)] = figures.attributable
      shownBySize[String(perDay)] = cells.length
      complement += figures.complementLeaks
      intersection += await target.intersections()
      from = Math.ceil(until / day + 1) * day
    }
    // It doesn't depend on the size; a run of other sizes is spared its minutes.
    const gain = sizes.includes(SIZES[0]) ? await poisoningGain(target.attack, from) : null
    return {
      ...{ transport: 'ingest API, live sockets, HTTP API', cellsShown: shownBySize, bySize },
      ...{ attributable: Math.max(...Object.values(bySize)), complementLeaks: complement },
      ...{ intersectionLeaks: intersection, poisoningGain: gain, ruleOracleLeaks: await target.oracles() },
    }
  } finally {
    await target.stop()
  }
}

/** The release code alone, without the product around it: more days, every cell instead of those that screens show. */
function attackReleaseCode(sizes: readonly number[]): object {
  const bySize: Record<string, number> = {}
  let complement = 0
  for (const perDay of sizes) {
    const figures = attackWorld(simulate(perDay, daysOf(perDay, 1), perDay, inProcessTarget(start, perDay)))
    bySize[String(perDay)] = figures.attributable
    complement += figures.complementLeaks
  }
  return { attributable: Math.max(...Object.values(bySize)), bySize, complementLeaks: complement }
}

/** What the same attackers find where there is less protection: they must succeed here, or a 0 elsewhere means nothing. */
function attackControls(sizes: readonly number[]): object {
  const withoutFloors: Record<string, number> = {}
  const withoutGuard: Record<string, number> = {}
  for (const perDay of sizes) {
    const days = daysOf(perDay, 2)
    withoutFloors[String(perDay)] = attackWorld(
      simulate(perDay, days, perDay, nakedTarget(start, { people: 1, tickMs: 1000 })),
    ).attributable
    withoutGuard[String(perDay)] = attackWorld(
      simulate(
        perDay,
        days,
        perDay,
        nakedTarget(start, { people: 5, tickMs: perDay > 1000 ? 300_000 : 3_600_000 }),
      ),
    ).complementLeaks
  }
  return { withoutFloors, withoutGuardComplementLeaks: withoutGuard }
}

export async function run(args: readonly string[] = []): Promise<object> {
  const given = args[args.indexOf('--sizes') + 1]
  const sizes = args.includes('--sizes') && given !== undefined ? given.split(',').map(Number) : SIZES
  for (const size of sizes)
    if (DAYS[size] === undefined) throw new Error(`--sizes takes some of ${SIZES.join(', ')}`)
  const product = args.includes('--code-only') ? {} : await attackProduct(sizes)
  if (args.includes('--product-only')) return product
  const poisoning = { jitter4: await poisoningByAccounts(4), jitter16: await poisoningByAccounts(16) }
  return { ...product, ...attackControls(sizes), poisoning, releaseCode: attackReleaseCode(sizes) }
}

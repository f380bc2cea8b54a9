/**
 * Complement guard: where a total is shown and split, the parts that stay hidden must not follow from those shown.
 * A split is shown as it is only if no single part is hidden alone, and the hidden rest is either nobody or passes a
 * floor of its own in at least two hidden parts; otherwise the smallest shown part is hidden too, until it holds.
 */
export interface GuardedPart {
  /** passes its own floor now and would be shown */
  passes: boolean
  /** people of the part in the window */
  people: number
  /** already published in a window that overlaps, so that with nothing new it does not count as hidden */
  published: boolean
}

export interface HiddenRest {
  /** a lower bound of the different people in the hidden parts */
  people: number
  /** hidden parts in which somebody is counted */
  parts: number
}

/**
 * Which parts may be shown. `rest` counts the people of the parts with the given indexes; `floor` is the total's.
 * `lasting` counts of them only what will stay hidden for good, earlier windows included: what is still open may be
 * shown later, and must not leave one part of the past alone in the dark then.
 */
export function guardParts(
  parts: readonly GuardedPart[],
  rest: (hidden: readonly number[]) => HiddenRest,
  floor: number,
  lasting: (hidden: readonly number[]) => HiddenRest = () => ({ people: 0, parts: 0 }),
): boolean[] {
  const shown = parts.map((part) => part.passes)
  while (shown.includes(true)) {
    const hidden: number[] = []
    for (let i = 0; i < parts.length; i++) {
      if (!shown[i] && !(parts[i]!.published && parts[i]!.people === 0)) hidden.push(i)
    }
    if (restIsSafe(hidden, rest(hidden), floor) && isSafe(lasting(hidden), floor)) break
    shown[smallestShown(parts, shown)] = false
  }
  return shown
}

function restIsSafe(hidden: readonly number[], rest: HiddenRest, floor: number): boolean {
  if (hidden.length === 0) return true
  if (hidden.length === 1) return false
  return isSafe(rest, floor)
}

const isSafe = (rest: HiddenRest, floor: number): boolean =>
  rest.people === 0 || (rest.people >= floor && rest.parts >= 2)

function smallestShown(parts: readonly GuardedPart[], shown: readonly boolean[]): number {
  let smallest = -1
  for (let i = 0; i < parts.length; i++) {
    if (shown[i] && (smallest < 0 || parts[i]!.people < parts[smallest]!.people)) smallest = i
  }
  return smallest
}

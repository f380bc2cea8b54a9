import type { GroupViews } from '@guanlan/contract/register'

type View = GroupViews['views'][number]

/** Views of each local day, newest day and newest hour first. */
export function viewsByDay(
  views: readonly View[],
  dayOf: (at: string) => string,
): { day: string; views: View[] }[] {
  const days = new Map<string, View[]>()
  for (const view of [...views].sort((a, b) => b.at.localeCompare(a.at))) {
    const day = dayOf(view.at)
    days.set(day, [...(days.get(day) ?? []), view])
  }
  return [...days].map(([day, own]) => ({ day, views: own }))
}

import type { Alerts } from '@guanlan/contract/panels'

const MINUTE = 60_000

/** Alerts as the panel of walls and desks has them: gravest first, one of them taken, one held back. */
export function doubleAlerts(now: number, empty: boolean): Alerts {
  if (empty)
    return { rows: [], counts: { blue: 0, yellow: 0, orange: 0, red: 0 }, waiting: 0, resolvedToday: 0 }
  const row = { origin: 'rule', category: null, cleared: false, held: false } as const
  return {
    rows: [
      {
        ...{ ...row, id: 'al-red', level: 'red', status: 'open', ruleName: '虚假险情扩散' },
        ...{ unitId: 'u-3', unitName: '供水服务中心', openedAt: now - 3 * MINUTE, dueAt: now + 7 * MINUTE },
      },
      {
        ...{ ...row, id: 'al-1', level: 'orange', status: 'acknowledged', ruleName: '诈骗信息集中出现' },
        ...{ unitId: 'u-0', unitName: '青石街道办事处', openedAt: now - 12 * MINUTE, dueAt: now + MINUTE },
      },
      {
        ...{
          ...row,
          id: 'al-2',
          level: 'yellow',
          status: 'open',
          ruleName: null,
          origin: 'hand',
          held: true,
        },
        ...{ unitId: 'u-2', unitName: '市第三实验小学', openedAt: now - 50 * MINUTE, dueAt: null },
      },
    ],
    counts: { blue: 0, yellow: 1, orange: 1, red: 1 },
    waiting: 1,
    resolvedToday: 4,
  }
}

export type WhenType = 'date' | 'time' | 'datetime-local'

const two = (text: string | undefined) => String(text).padStart(2, '0')

function readDay(text: string): string | null {
  const parts =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (parts === null) return null
  const day = `${String(parts[1])}-${two(parts[2])}-${two(parts[3])}`
  const at = Date.parse(`${day}T00:00:00Z`)
  // 30 February is not the 2nd of March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? null : day
}

function readTime(text: string): string | null {
  const parts = /^(\d{1,2})\s*[:：.]\s*(\d{2})$/.exec(text) ?? /^(\d{2})(\d{2})$/.exec(text)
  if (parts === null || Number(parts[1]) > 23 || Number(parts[2]) > 59) return null
  return `${two(parts[1])}:${two(parts[2])}`
}

/** What somebody wrote (2026-11-21, 2026/11/5, 2026年11月5日, 20261121; 9:05, 0905), as a field of that type gives it; null: not that. */
export function readWhen(type: WhenType, text: string): string | null {
  const written = text.trim()
  if (type === 'date') return readDay(written)
  if (type === 'time') return readTime(written)
  const [, day = '', time = ''] = /^(.*\S)[\sT]+(\S+)$/.exec(written) ?? []
  const [onDay, atTime] = [readDay(day), readTime(time)]
  return onDay === null || atTime === null ? null : `${onDay}T${atTime}`
}

/** Year, month, day and a clock of 24 hours, in every language. */
export const whenText = (value: string): string => value.replace('T', ' ')

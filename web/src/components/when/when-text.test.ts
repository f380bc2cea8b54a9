import { describe, expect, it } from 'vitest'
import { readWhen, whenText } from './when-text.ts'

describe('what somebody wrote', () => {
  it.each([
    ['2026-11-21', '2026-11-21'],
    [' 2026/11/5 ', '2026-11-05'],
    ['2026年1月5日', '2026-01-05'],
    ['20261121', '2026-11-21'],
    ['2028-02-29', '2028-02-29'],
    ['2026-02-30', null],
    ['2026-13-01', null],
    ['11/21/2026', null],
    ['', null],
  ])('%s is the day %s', (text, day) => expect(readWhen('date', text)).toBe(day))

  it.each([
    ['14:05', '14:05'],
    ['9:05', '09:05'],
    ['0905', '09:05'],
    ['14：05', '14:05'],
    ['24:00', null],
    ['12:60', null],
    ['2 PM', null],
  ])('%s is the time %s', (text, time) => expect(readWhen('time', text)).toBe(time))

  it('reads a moment and writes it without the T', () => {
    expect(readWhen('datetime-local', '2026-11-21 9:05')).toBe('2026-11-21T09:05')
    expect(readWhen('datetime-local', '2026年11月21日  14:05')).toBe('2026-11-21T14:05')
    expect(readWhen('datetime-local', '2026-11-21')).toBeNull()
    expect(whenText('2026-11-21T14:05')).toBe('2026-11-21 14:05')
  })
})

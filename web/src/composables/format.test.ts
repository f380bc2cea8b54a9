import { describe, expect, it } from 'vitest'
import { createFormat } from './format.ts'

const zh = createFormat('zh-CN')
const en = createFormat('en')

describe('count', () => {
  it.each([
    [0, '0'],
    [9_999, '9,999'],
    [10_000, '1.0万'],
    [123_456, '12.3万'],
    [99_999_999, '1.0亿'],
    [340_000_000, '3.4亿'],
    [null, '—'],
  ])('writes %s as %s', (value, text) => expect(zh.count(value)).toBe(text))

  it('uses k and M in English', () => {
    expect([9_999, 12_345, 1_234_567].map(en.count)).toEqual(['9,999', '12.3k', '1.2M'])
  })
})

it('signs changes with a true minus', () => {
  expect([12, -3, 0].map(zh.signed)).toEqual(['+12', '−3', '0'])
})

it.each([
  [0, '0%'],
  [0.034, '3.4%'],
  [0.874, '87%'],
  [1, '100%'],
  [null, '—'],
])('writes the share %s as %s', (value, text) => expect(zh.share(value)).toBe(text))

it.each([
  [820, '0.8 秒'],
  [12_000, '12 秒'],
  [59_700, '1 分钟'],
  [210_000, '3.5 分钟'],
  [5.2 * 3_600_000, '5.2 小时'],
  [72 * 3_600_000, '3 天'],
  [null, '—'],
])('writes the duration %s ms as %s', (ms, text) => expect(zh.duration(ms)).toBe(text))

it('puts a space between sentences in English only', () => {
  expect(zh.sentences(['没有预警。', '稍后再看。'])).toBe('没有预警。稍后再看。')
  expect(en.sentences(['None.', 'Look later.'])).toBe('None. Look later.')
})

it('shows the local time of the organisation wherever the browser is', () => {
  const at = Date.UTC(2026, 10, 20, 16, 30)
  expect(zh.time(at)).toBe('00:30')
  expect(zh.longDay(at)).toBe('11月21日星期六')
  expect(zh.parts(at)).toEqual({ hour: 0, minute: 30 })
  expect(createFormat('en', 'UTC').time(at)).toBe('16:30')
})

it('lists and labels with the marks of the language', () => {
  expect(zh.list(['甲', '乙'])).toBe('甲、乙')
  expect(en.list(['a', 'b'])).toBe('a, b')
  expect([zh.labelled('谁', '甲'), en.labelled('Who', 'a')]).toEqual(['谁：甲', 'Who: a'])
})

it('writes days and times of records the same in every language', () => {
  const at = Date.UTC(2026, 10, 20, 17, 5)
  expect(createFormat('zh-CN').stamp(at)).toBe('2026-11-21 01:05')
  expect(createFormat('en').stamp(at)).toBe('2026-11-21 01:05')
  expect(createFormat('en').isoDay(at)).toBe('2026-11-21')
})

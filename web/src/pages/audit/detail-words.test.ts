import { expect, it } from 'vitest'
import { detailText } from './detail-words.ts'

const KEYS: Record<string, string> = {
  roles: '角色',
  units: '单位',
  added: '新增',
  parent: '上级',
  on: '开启',
}
const VALUES: Record<string, string> = { duty: '值班员', leader: '领导', true: '是' }
const words = {
  key: (code: string) => KEYS[code] ?? code,
  value: (code: string) => VALUES[code] ?? code,
  list: (items: readonly string[]) => items.join('、'),
  labelled: (label: string, value: string) => `${label}：${value}`,
}

it.each([
  [{}, ''],
  [{ on: true }, '开启：是'],
  [{ roles: ['duty@city', 'leader@city'] }, '角色：值班员@city、领导@city'],
  [{ units: { added: 28, moved: 0 }, parent: null }, '单位：新增 28、moved 0 · 上级：—'],
])('says %j in words', (detail, text) => {
  expect(detailText(detail, words)).toBe(text)
})

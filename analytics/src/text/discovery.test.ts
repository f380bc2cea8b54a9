import { describe, expect, it } from 'vitest'
import { createDiscovery, type Discovery } from './discovery.ts'
import { createFold, createFoldedText, foldInto } from './fold.ts'

const fold = createFold('')
const text = createFoldedText(200)
const secret = Uint8Array.from({ length: 16 }, (_, i) => i * 7 + 1)
const make = (over = {}): Discovery =>
  createDiscovery({ secret, isKnown: () => false, looksLikeName: () => false, sketchBits: 16, ...over })
const say = (discovery: Discovery, message: string, sender: number): void => {
  foldInto(fold, message, text)
  discovery.observe(text, sender)
}
const BEFORE = ['住在', '听说', '昨晚', '我家', '邻居', '今早', '路过', '关于']
const AFTER = ['停水', '漏电', '很吵', '三期', '门口', '物业', '电梯', '车库']
/** `n` different sentences around a word, from `people` senders. */
const story = (discovery: Discovery, word: string, n: number, people: number): void => {
  for (let i = 0; i < n; i++) say(discovery, `${BEFORE[i % 8]}${word}${AFTER[(i * 3) % 8]}`, i % people)
}
const background = (discovery: Discovery): void => {
  for (let i = 0; i < 400; i++)
    say(discovery, `${BEFORE[i % 8]}的${AFTER[(i * 5 + 1) % 8]}怎么办啊第${i}次`, 1000 + i)
}

describe('discovery of new words', () => {
  it('finds a cohesive word that many people use in different surroundings', () => {
    const discovery = make()
    background(discovery)
    story(discovery, '蓝莓湾', 24, 12)
    expect(discovery.candidates().map((w) => w.word)).toContain('蓝莓湾')
  })

  it('spells nothing out that four people used, however often', () => {
    const discovery = make()
    story(discovery, '蓝莓湾', 200, 4)
    expect(discovery.candidates()).toEqual([])
  })

  it('adds up no senders of two days, on which the same people are called otherwise', () => {
    const discovery = make()
    background(discovery)
    story(discovery, '蓝莓湾', 100, 4)
    discovery.fade()
    for (let i = 0; i < 100; i++) say(discovery, `${BEFORE[i % 8]}蓝莓湾${AFTER[(i * 3) % 8]}`, 500 + (i % 4))
    expect(discovery.candidates().map((w) => w.word)).not.toContain('蓝莓湾')
  })

  it('does not let the floor be lowered', () => {
    const discovery = make({ senders: 1 })
    story(discovery, '蓝莓湾', 200, 4)
    expect(discovery.candidates()).toEqual([])
  })

  it('offers no known word and marks what looks like a name', () => {
    const known = make({ isKnown: (word: string) => word === '蓝莓湾' })
    background(known)
    story(known, '蓝莓湾', 24, 12)
    expect(known.candidates().map((w) => w.word)).not.toContain('蓝莓湾')
    const names = make({ looksLikeName: (word: string) => word === '蓝莓湾' })
    background(names)
    story(names, '蓝莓湾', 24, 12)
    expect(names.candidates().find((w) => w.word === '蓝莓湾')?.looksLikeName).toBe(true)
  })

  it('keeps its memory bounded and forgets what fades', () => {
    const discovery = make({ maxCandidates: 40 })
    const bytes = discovery.bytes()
    for (let w = 0; w < 60; w++)
      story(discovery, String.fromCharCode(0x5000 + w, 0x6000 + w, 0x7000 + w), 16, 8)
    expect(discovery.bytes()).toBe(bytes)
    expect(discovery.candidates().length).toBeLessThanOrEqual(40)
    for (let day = 0; day < 8; day++) discovery.fade()
    expect(discovery.candidates()).toEqual([])
  })
})

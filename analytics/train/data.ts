// Reads the licensed sets from the data folder (GUANLAN_DATA, default ../shared/data beside the project).

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

type Label = -1 | 1

export interface Sample {
  readonly text: string
  readonly label: Label
  readonly domain: string
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

const dataFolder = (): string => resolve(PROJECT, process.env['GUANLAN_DATA'] ?? '../shared/data')

/** Rows of a gzipped TSV file as objects keyed by its first line. Throws Error naming the missing file. */
export function readTable(name: string): Record<string, string>[] {
  const path = resolve(dataFolder(), name)
  if (!existsSync(path))
    throw new Error(`${name} is not in the data folder (GUANLAN_DATA, default ../shared/data)`)
  return parseTable(gunzipSync(readFileSync(path)).toString('utf8'))
}

export function parseTable(text: string): Record<string, string>[] {
  const [head, ...lines] = text.split('\n')
  const names = (head ?? '').replace(/\r$/, '').split('\t')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.replace(/\r$/, '').split('\t')
      return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']))
    })
}

/** Words that only reviews of one kind use: seeds for telling the three kinds of the review set apart. */
const SEEDS: Readonly<Record<string, readonly string[]>> = {
  hotel: ['酒店', '房间', '前台', '入住', '宾馆', '大堂', '客房', '退房', '携程', '早餐', '大床房', '标间'],
  book: [
    '书',
    '作者',
    '阅读',
    '小说',
    '这本',
    '读者',
    '文字',
    '故事',
    '出版',
    '作品',
    '文章',
    '读过',
    '当当',
    '绘本',
  ],
  product: [
    '电脑',
    '屏幕',
    '键盘',
    '电池',
    '散热',
    '笔记本',
    '硬盘',
    '系统',
    '配置',
    '机器',
    '外观',
    '驱动',
    '内存',
    '手机',
  ],
}

const bigrams = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2))

function seedDomain(text: string): string | undefined {
  const hits = Object.entries(SEEDS).map(([name, seeds]) => ({
    name,
    n: seeds.filter((s) => text.includes(s)).length,
  }))
  hits.sort((a, b) => b.n - a.n)
  return hits[0]!.n > hits[1]!.n ? hits[0]!.name : undefined
}

/** Two rounds of naive Bayes over character pairs spread the seeds' verdict to reviews without a seed word. */
export function reviewDomains(texts: readonly string[]): string[] {
  const names = Object.keys(SEEDS)
  let domains: (string | undefined)[] = texts.map(seedDomain)
  for (let round = 0; round < 2; round++) {
    const counts = new Map(names.map((name) => [name, new Map<string, number>()]))
    const totals = new Map(names.map((name) => [name, 1]))
    texts.forEach((text, i) => {
      const domain = domains[i]
      if (domain === undefined) return
      const table = counts.get(domain)!
      for (const pair of bigrams(text)) table.set(pair, (table.get(pair) ?? 0) + 1)
      totals.set(domain, totals.get(domain)! + Math.max(0, text.length - 1))
    })
    const score = (text: string, name: string): number =>
      bigrams(text).reduce(
        (sum, p) => sum + Math.log(((counts.get(name)!.get(p) ?? 0) + 0.5) / totals.get(name)!),
        0,
      )
    domains = texts.map(
      (text) => seedDomain(text) ?? [...names].sort((a, b) => score(text, b) - score(text, a))[0]!,
    )
  }
  return domains.map((domain) => domain!)
}

/** Every labelled sample with its domain: book, hotel, product (reviews) and spoken (utterances, neutral ones left out). */
export function readSamples(): Sample[] {
  const reviews = readTable('reviews-polarity.tsv.gz')
  const domains = reviewDomains(reviews.map((row) => row['text']!))
  const samples: Sample[] = reviews.map((row, i) => ({
    text: row['text']!,
    label: row['polarity'] === 'positive' ? 1 : -1,
    domain: domains[i]!,
  }))
  for (const row of readTable('cped-utterances.tsv.gz')) {
    if (row['sentiment'] === 'neutral') continue
    samples.push({ text: row['text']!, label: row['sentiment'] === 'positive' ? 1 : -1, domain: 'spoken' })
  }
  return samples
}

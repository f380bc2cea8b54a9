/** Controls for the harsh world that were written after its thresholds were chosen (`--more`): what organisations' chats also hold. */
import { day, hour, minute, type Harsh, type MoreKind } from './topics-harsh-kit.ts'
import type { StreamEvent } from './topics-world.ts'

type Control = (world: Harsh) => void

function control(world: Harsh, kind: MoreKind, start: number, length: number, terms: string[]): void {
  world.truth.controls.push({ kind, start, end: start + length, terms })
}

const eachCountedDay = (
  world: Harsh,
  from: number,
  to: number,
  each: (at: number, d: number) => void,
): void => {
  for (let d = 0; d < world.options.countDays; d++)
    each(world.countsFrom + d * day + world.between(from, to) * hour, d)
}

/** One account posts the same notice in forty groups, and three people of each confirm. */
const copiedNotice: Control = (world) =>
  eachCountedDay(world, 8, 19, (at) => {
    const { title, terms } = world.fresh(3)
    const text = `【通知】${title}。请各位知悉并配合。`
    for (let group = 0; group < 40; group++) {
      const t = at + group * 15_000 + world.between(0, 9_000)
      world.say(t, `admin${Math.floor(at / day)}`, group, text)
      for (let i = 0; i < 3; i++)
        world.say(
          t + world.between(0.5, 25) * minute,
          world.member(group),
          group,
          world.pick(['收到', '知悉', '好的，已通知', '收到，会配合', '已转达家属']),
        )
    }
    control(world, 'copied-notice', at, 3 * hour, [...terms, '知悉', '配合', '转达', '家属', '通知'])
  })

/** In each of forty groups a robot of its own tells the same, with numbers of the place. */
const robots: Control = (world) =>
  eachCountedDay(world, 7, 20, (at) => {
    const { title, terms } = world.fresh(3)
    for (let group = 0; group < 40; group++)
      world.say(
        at + world.between(0, 12) * minute,
        `robot-${group}`,
        group,
        `[系统] ${title} 第${group + 1}片区 编号${Math.floor(world.random() * 9_000)}`,
      )
    control(world, 'robots', at, 3 * hour, [...terms, '系统', '片区', '编号'])
  })

/** A red packet in one group after another, each with its quarter of an hour of thanks. */
const redPacket: Control = (world) =>
  eachCountedDay(world, 10, 20, (at) => {
    const thanks = [
      '谢谢老板',
      '抢到了两块八',
      '手气最佳',
      '老板大气',
      '没抢到',
      '运气王发一个',
      '谢谢红包🧧',
    ]
    for (let round = 0; round < 5; round++) {
      const group = Math.floor(world.random() * world.groups)
      const from = at + round * world.between(10, 25) * minute
      for (let i = 0; i < 14; i++)
        world.say(from + world.between(0, 14) * minute, world.member(group), group, world.pick(thanks))
    }
    control(world, 'red-packet', at, 4 * hour, [
      ...['老板', '抢到', '手气', '最佳', '大气', '没抢到', '运气', '红包', '谢谢', '发一个', '两块'],
    ])
  })

const tasks =
  '练习册 口算题 生字 课文 朗读 默写 作文 应用题 单词 听力 手抄报 日记 跳绳 古诗 预习 错题 试卷 实验报告'.split(
    ' ',
  )

/** Each evening every class has its list, from the learning days on; parents ask back. */
const homework: Control = (world) => {
  const days = world.options.learnDays + world.options.countDays
  for (let d = 0; d < days; d++) {
    const at = world.options.origin + d * day + 16.5 * hour
    const list = [world.pick(tasks), world.pick(tasks), world.pick(tasks)]
    for (let group = 0; group < 18; group++) {
      const from = at + world.between(0, 50) * minute
      const pages = `第${10 + d}页`
      world.say(from, `teacher${group}`, group, `今天的作业：${list.join('、')}${pages}，请家长签字`)
      for (let i = 0; i < 3; i++)
        world.say(
          from + world.between(2, 70) * minute,
          world.member(group),
          group,
          world.pick([
            `老师，${world.pick(list)}要写几遍`,
            `${world.pick(list)}是${pages}吗`,
            `${world.text().slice(0, 8)}，签字了`,
            `孩子说没有${world.pick(list)}啊`,
          ]),
        )
    }
    control(world, 'homework', at, 4 * hour, [
      ...list,
      ...list.flatMap(halves),
      '作业',
      '签字',
      '家长',
      '老师',
    ])
  }
}

const halves = (word: string): string[] => [word.slice(0, 2), word.slice(-2)]

/** Votes and bargains: one text with other numbers, by whoever wants a click. */
const clickForMe: Control = (world) =>
  eachCountedDay(world, 9, 21, (at) => {
    const { terms } = world.fresh(2)
    const what = terms[0]!
    for (let i = 0; i < 35; i++) {
      const group = Math.floor(world.random() * 16)
      const number = Math.floor(world.random() * 300)
      world.say(
        at + world.between(0, 100) * minute,
        world.member(group),
        group,
        world.pick([
          `麻烦大家帮我给${number}号${what}投一票，点开链接就行`,
          `帮忙投票${number}号，谢谢`,
          `帮我砍一刀，还差${number}元`,
          `${what}投票最后一天，${number}号拜托了`,
        ]),
      )
    }
    control(world, 'click-for-me', at, 4 * hour, [
      ...[
        what,
        '投票',
        '一票',
        '投一票',
        '链接',
        '点开',
        '帮忙',
        '帮我',
        '砍一刀',
        '一刀',
        '拜托',
        '麻烦',
        '最后一天',
      ],
    ])
  })

/** A term begins: for three days all classes greet, ask for rooms and textbooks, all day long. */
const termStart: Control = (world) => {
  const from = world.countsFrom + Math.floor(world.options.countDays / 2) * day
  const words = ['开学', '报到', '教室', '课本', '校服', '班主任', '书包', '分班']
  for (let t = from + 7 * hour; t < Math.min(world.end, from + 3 * day); t += minute)
    for (let i = world.poisson(world.rate(t) * 0.04); i > 0; i--) {
      const group = Math.floor(world.random() * world.groups)
      const text = `${world.text().slice(0, 7)}${world.pick(words)}${world.text().slice(0, 7)}`
      world.say(t + world.random() * minute, world.member(group), group, text)
    }
  control(world, 'term-start', from, 3 * day, words)
}

const all: Record<MoreKind, Control> = {
  'copied-notice': copiedNotice,
  robots,
  'red-packet': redPacket,
  homework,
  'click-for-me': clickForMe,
  'term-start': termStart,
  // Done to the finished stream.
  backlog: () => undefined,
}

/** Adds them; half of the groups lose their line for two hours on the first counted day, and their talk comes in ten minutes. */
export function addMore(world: Harsh): (events: StreamEvent[]) => StreamEvent[] {
  for (const each of Object.values(all)) each(world)
  const from = world.countsFrom + 14 * hour
  const to = from + 2 * hour
  control(world, 'backlog', from, 4 * hour, [])
  return (events) =>
    events.map((event) =>
      event.t < from || event.t >= to || Number(event.group.replace(/\D/g, '')) % 2 === 0
        ? event
        : { ...event, t: to + Math.round(((event.t - from) / (to - from)) * 10 * minute) },
    )
}

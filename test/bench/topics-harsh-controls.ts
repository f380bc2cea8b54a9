/** What looks like a burst and is none, in the harsh world (topics-harsh.ts). */
import { day, hour, minute, type ControlKind, type Harsh } from './topics-harsh-kit.ts'
import type { StreamEvent } from './topics-world.ts'

type Control = (world: Harsh) => void

function crowd(
  world: Harsh,
  from: number,
  length: number,
  people: number,
  groups: number,
  text: (i: number) => string,
): void {
  const places = Array.from({ length: groups }, () => Math.floor(world.random() * world.groups))
  const times = Array.from({ length: people }, () => from + world.random() * length).sort((a, b) => a - b)
  times.forEach((t, i) => {
    const group = world.pick(places)
    world.say(t, world.member(group), group, text(i))
  })
}

function control(world: Harsh, kind: ControlKind, start: number, length: number, terms: string[]): void {
  world.truth.controls.push({ kind, start, end: start + length, terms })
}

const everyDay = (world: Harsh, each: (morning: number, d: number) => void): void => {
  const days = world.options.learnDays + world.options.countDays
  for (let d = 0; d < days; d++) each(world.options.origin + d * day, d)
}

const countedDay = (world: Harsh, each: (at: number) => void): void => {
  for (let d = 0; d < world.options.countDays; d++)
    each(world.countsFrom + d * day + world.between(8, 20) * hour)
}

const handover: Control = (world) =>
  everyDay(world, (morning) => {
    for (const h of [7.8, 15.8, 23.8]) {
      crowd(world, morning + h * hour, 25 * minute, 18, 7, () =>
        world.pick([
          '交接班：设备运行正常，钥匙已交',
          '夜班交接完毕，巡查无异常',
          `交班记录：${world.text().slice(0, 12)}，请接班注意`,
          '已接班，人员到岗，消防巡查正常',
        ]),
      )
      control(world, 'handover', morning + h * hour, 2 * hour, [
        '交接班',
        '交接',
        '接班',
        '交班',
        '巡查',
        '到岗',
        '夜班',
        '人员',
        '消防',
        '设备',
        '运行',
        '钥匙',
        '异常',
        '记录',
        '完毕',
      ])
    }
  })

const dishes =
  '红烧肉 宫保鸡丁 酸菜鱼 番茄炒蛋 糖醋排骨 麻婆豆腐 回锅肉 水煮牛肉 青椒肉丝 地三鲜 鱼香茄子 狮子头 白切鸡 炸酱面 牛肉面 蛋炒饭 羊肉泡馍 小笼包 清蒸鲈鱼 梅菜扣肉 干锅花菜 土豆烧牛腩 可乐鸡翅 毛血旺'.split(
    ' ',
  )

const lunch: Control = (world) =>
  everyDay(world, (morning) => {
    const menu = [world.pick(dishes), world.pick(dishes), world.pick(dishes)]
    crowd(world, morning + 11.3 * hour, hour, 28, 9, () => {
      const dish = world.pick(menu)
      return world.pick([
        `今天食堂有${dish}`,
        `${dish}还有吗 ${world.text().slice(0, 8)}`,
        `中午吃${dish} ${world.text().slice(0, 6)}`,
        `菜单：${menu.join('、')}`,
        `食堂的${dish}${world.text().slice(0, 10)}`,
      ])
    })
    control(world, 'lunch', morning + 11.3 * hour, 2 * hour, [...menu, '食堂', '中午', '菜单', '今天'])
  })

const quote: Control = (world) =>
  countedDay(world, (at) => {
    const { title, terms } = world.fresh(3)
    crowd(world, at, hour, 45, 12, () =>
      world.random() < 0.65 ? title : `${title}${world.text().slice(0, 9)}`,
    )
    control(world, 'quote', at, 3 * hour, terms)
  })

const forward: Control = (world) =>
  countedDay(world, (at) => {
    const [a, b] = [world.fresh(3), world.fresh(3)]
    const body = `【转发】${a.title}，${b.title}，${world.text().slice(0, 20)}，请大家相互转告`
    crowd(world, at, 50 * minute, 50, 20, () => (world.random() < 0.8 ? body : `转：${body}`))
    control(world, 'forward', at, 3 * hour, [
      ...a.terms,
      ...b.terms,
      '转发',
      '转告',
      '相互',
      ...cutWords(body),
    ])
  })

function cutWords(text: string): string[] {
  const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })
  return [...segmenter.segment(text)]
    .filter((s) => s.isWordLike && s.segment.length >= 2)
    .map((s) => s.segment)
}

const wishes = [
  '祝大家端午安康',
  '端午节快乐，吃粽子了吗',
  '节日快乐，阖家幸福',
  '各位老师端午安康',
  '粽子收到啦，祝福大家',
  '假期愉快，平平安安',
  '端午安康，万事顺意',
]

const holiday: Control = (world) => {
  const from = world.countsFrom + (world.options.countDays - 1) * day + 7 * hour
  for (let t = from; t < from + 15 * hour; t += minute) {
    for (let i = world.poisson(world.rate(t) * 0.14); i > 0; i--) {
      const group = Math.floor(world.random() * world.groups)
      const tail = world.random() < 0.4 ? world.text().slice(0, 9) : world.pick(['', '🎉', '[玫瑰][玫瑰]'])
      world.say(t + world.random() * minute, world.member(group), group, world.pick(wishes) + tail)
    }
  }
  control(world, 'holiday', from, 17 * hour, cutWords(wishes.join('，')))
}

/** 接龙: everybody sends the list of everybody before again, with a line of their own. */
const chain: Control = (world) =>
  countedDay(world, (at) => {
    const { title, terms } = world.fresh(2)
    const lines = [`#接龙 ${title}统计，请在今天下班前完成`]
    crowd(world, at, 1.5 * hour, 30, 3, (i) => {
      lines.push(
        `${i + 1}. ${world.pick(['一号楼', '二单元', '三班', '后勤', '东区'])} ${1 + Math.floor(world.random() * 4)}份`,
      )
      return lines.join('\n')
    })
    control(world, 'chain', at, 3.5 * hour, [
      ...terms,
      '接龙',
      '统计',
      '下班',
      '完成',
      '后勤',
      '单元',
      '东区',
      '三班',
      '一号楼',
      '号楼',
    ])
  })

const drift: Control = (world) => {
  const { terms } = world.fresh(3)
  for (let t = world.options.origin; t < world.end; t += minute) {
    const share = (0.025 * (t - world.options.origin)) / (world.end - world.options.origin)
    for (let i = world.poisson(world.rate(t) * share); i > 0; i--) {
      const group = Math.floor(world.random() * world.groups)
      world.say(
        t + world.random() * minute,
        world.member(group),
        group,
        `${world.text().slice(0, 10)}${world.pick(terms)}${world.text().slice(0, 8)}`,
      )
    }
  }
  control(world, 'drift', world.options.origin, world.end - world.options.origin, terms)
}

/** After an announcement everybody confirms, claps or greets within minutes. */
const wave: Control = (world) =>
  countedDay(world, (at) => {
    const cheers = world.pick([
      ['收到', '收到，谢谢', '好的收到', '收到👌'],
      ['👍👍👍', '点赞', '为你们点赞👍', '太棒了点赞'],
      ['辛苦了', '大家辛苦了', '辛苦辛苦[抱拳]', '领导辛苦了'],
      ['早上好☀️', '大家早上好', '早安，新的一天加油', '早上好[太阳]'],
      ['欢迎新同事', '欢迎欢迎', '欢迎加入[鼓掌]', '热烈欢迎'],
    ])
    crowd(
      world,
      at,
      20 * minute,
      55,
      14,
      () => world.pick(cheers) + (world.random() < 0.2 ? world.text().slice(0, 6) : ''),
    )
    control(world, 'wave', at, 2.5 * hour, [
      ...cutWords(cheers.join(' ')),
      '点赞',
      '收到',
      '辛苦',
      '早上好',
      '早安',
      '加油',
      '欢迎',
      '新同事',
      '同事',
      '加入',
      '热烈',
    ])
  })

const weather: Control = (world) => {
  for (const d of [0, 2]) {
    const from = world.countsFrom + (d % world.options.countDays) * day + 6 * hour
    const words =
      d === 0 ? ['好热', '热死了', '高温', '空调', '太阳'] : ['下雨', '雨伞', '降温', '好冷', '大风']
    for (let t = from; t < from + 16 * hour; t += minute) {
      for (let i = world.poisson(world.rate(t) * 0.025); i > 0; i--) {
        const group = Math.floor(world.random() * world.groups)
        world.say(
          t + world.random() * minute,
          world.member(group),
          group,
          `${world.pick(['今天', '外面', ''])}${world.pick(words)}${world.text().slice(0, 12)}`,
        )
      }
    }
    control(world, 'weather', from, 17 * hour, words)
  }
}

/** A joke and its laughter, in two groups. */
const joke: Control = (world) =>
  countedDay(world, (at) => {
    const { title, terms } = world.fresh(3)
    crowd(world, at, 50 * minute, 30, 2, () =>
      world.pick([
        `哈哈哈哈${title}`,
        `${title}😂`,
        `笑死，${title}`,
        `${world.pick(terms)}哈哈哈 ${world.text().slice(0, 6)}`,
      ]),
    )
    control(world, 'joke', at, 3 * hour, [...terms, '哈哈', '哈哈哈', '笑死'])
  })

const bot: Control = (world) =>
  countedDay(world, (at) => {
    const { title, terms } = world.fresh(3)
    for (let i = 0; i < 70; i++) {
      const text = `${title}，限时${10 + Math.floor(world.random() * 80)}折，编号${Math.floor(world.random() * 1e6)}`
      world.say(
        at + i * 3 * minute + world.between(-50_000, 50_000),
        `bot${i % 35}-${Math.floor(at / day)}`,
        i % 9,
        text,
      )
    }
    control(world, 'bot', at, 5.5 * hour, [...terms, '限时', '编号'])
  })

const newGroups: Control = (world) => {
  const from = world.countsFrom + Math.min(1, world.options.countDays - 1) * day + 10 * hour
  const words = Array.from({ length: 8 }, () => world.fresh(3).terms).flat()
  for (let t = from; t < world.end; t += minute) {
    for (let i = world.poisson(world.rate(t) * 0.12); i > 0; i--) {
      const talk = `${world.text().slice(0, 9)}${world.random() < 0.5 ? world.pick(words) + world.pick(words) : ''}${world.text().slice(0, 9)}`
      world.say(
        t + world.random() * minute,
        `n${Math.floor(world.random() * 150)}`,
        `new${Math.floor(world.random() * 6)}`,
        talk,
      )
    }
  }
  control(world, 'new-groups', from, world.end - from, words)
}

const clockChange: Control = (world) => {
  const { terms } = world.fresh(4)
  const days = world.options.learnDays + world.options.countDays
  everyDay(world, (morning, d) => {
    const at = morning + (d >= days - 3 ? 9 : 10) * hour
    crowd(
      world,
      at,
      30 * minute,
      30,
      8,
      () => `${world.pick(terms)}${world.pick(terms)} ${world.text().slice(0, 8)}`,
    )
    control(world, 'clock-change', at, 2.5 * hour, terms)
  })
}

const monthly: Control = (world) => {
  const at = world.countsFrom + 9.5 * hour
  for (const shift of [0, -30 * day]) {
    crowd(
      world,
      at + shift,
      40 * minute,
      40,
      30,
      () =>
        `【缴费提醒】本月物业费水电费账单已出，应缴${100 + Math.floor(world.random() * 400)}元，请及时缴纳`,
    )
  }
  control(world, 'monthly', at, 3 * hour, [
    '缴费',
    '提醒',
    '物业费',
    '水电费',
    '账单',
    '缴纳',
    '及时',
    '本月',
    '应缴',
  ])
}

/** Each week has its theme, which takes over at midnight and is talked about evenly. */
const themeWeeks: Control = (world) => {
  for (let from = world.options.origin + 3 * day; from < world.end; from += 7 * day) {
    const { terms } = world.fresh(4)
    for (let t = from; t < Math.min(world.end, from + 7 * day); t += minute) {
      const ramp = Math.min(1, (t - from) / day)
      for (let i = world.poisson(world.rate(t) * 0.02 * ramp); i > 0; i--) {
        const group = Math.floor(world.random() * world.groups)
        world.say(
          t + world.random() * minute,
          world.member(group),
          group,
          `${world.text().slice(0, 8)}${world.pick(terms)}${world.pick(terms)}${world.text().slice(0, 8)}`,
        )
      }
    }
    control(world, 'theme-weeks', from, 7 * day, terms)
  }
}

const nothing: Control = () => undefined

const all: Record<ControlKind, Control> = {
  handover,
  lunch,
  quote,
  forward,
  holiday,
  chain,
  drift,
  wave,
  weather,
  joke,
  bot,
  'new-groups': newGroups,
  'clock-change': clockChange,
  monthly,
  'theme-weeks': themeWeeks,
  // Both are done to the whole stream: the background triples, the gap is cut out at the end.
  triple: nothing,
  gap: nothing,
}

/** Adds the controls asked for; returns what remains to be done to the finished stream. */
export function addControls(world: Harsh): (events: StreamEvent[]) => StreamEvent[] {
  for (const kind of world.options.controls) all[kind](world)
  if (!world.options.controls.includes('gap')) return (events) => events
  const from = world.countsFrom + Math.floor(world.options.countDays / 2) * day + 11 * hour
  const to = from + 3 * hour
  control(world, 'gap', from, 5 * hour, [])
  return (events) =>
    events.map((event) =>
      event.t < from || event.t >= to
        ? event
        : { ...event, t: to + Math.round(((event.t - from) / (to - from)) * 12 * minute) },
    )
}

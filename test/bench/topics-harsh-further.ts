/** Controls for the harsh world that were written after those of topics-harsh-more.ts (`--further`). */
import { day, hour, minute, type FurtherKind, type Harsh } from './topics-harsh-kit.ts'

type Control = (world: Harsh) => void

function control(world: Harsh, kind: FurtherKind, start: number, length: number, terms: string[]): void {
  world.truth.controls.push({ kind, start, end: start + length, terms })
}

const countedDays = (world: Harsh, each: (morning: number, d: number) => void): void => {
  for (let d = 0; d < world.options.countDays; d++) each(world.countsFrom + d * day, d)
}

const everyDay = (world: Harsh, each: (morning: number, d: number) => void): void => {
  const days = world.options.learnDays + world.options.countDays
  for (let d = 0; d < days; d++) each(world.options.origin + d * day, d)
}

const somewhere = (world: Harsh): number => Math.floor(world.random() * world.groups)

/** Somebody whom many know has a birthday: wishes in eight groups for two hours. */
const birthday: Control = (world) =>
  countedDays(world, (morning) => {
    const at = morning + world.between(7, 20) * hour
    const places = Array.from({ length: 8 }, () => somewhere(world))
    for (let i = 0; i < 45; i++) {
      const group = world.pick(places)
      const wish = world.pick([
        '生日快乐🎂',
        '祝寿星生日快乐，天天开心',
        '生日快乐，蛋糕看起来好好吃',
        '祝生日快乐，越来越年轻',
        '寿星快乐[蛋糕][蛋糕]',
      ])
      world.say(at + world.between(0, 2) * hour, world.member(group), group, wish)
    }
    control(world, 'birthday', at, 4 * hour, ['生日', '快乐', '寿星', '蛋糕', '年轻', '开心', '天天'])
  })

/** Each morning one person of each of 25 groups passes on the forecast, in the words of that day. */
const forecast: Control = (world) =>
  everyDay(world, (morning) => {
    const sky = world.pick(['晴转多云', '小雨', '雷阵雨', '大风蓝色预警', '有雾', '阴转小雪', '高温橙色预警'])
    const wind = world.pick(['东南风', '西北风', '微风', '阵风七级'])
    for (let group = 0; group < 25; group++) {
      const t = morning + 6.5 * hour + world.between(0, 80) * minute
      const low = Math.floor(world.between(2, 20))
      world.say(
        t,
        `early${group}`,
        group,
        `今日天气：${sky}，${low}到${low + 9}度，${wind}，出门注意${world.pick(['带伞', '防晒', '添衣', '安全'])}`,
      )
    }
    const terms = ['天气', '出门', '注意', '带伞', '防晒', '添衣', '多云', '小雨', '雷阵雨', '大风', '预警']
    control(world, 'forecast', morning + 6.5 * hour, 4 * hour, [
      ...terms,
      ...['蓝色', '橙色', '高温', '小雪', '有雾', '阴转', '晴转', '东南风', '西北风', '微风', '阵风', '七级'],
    ])
  })

/** A poll in twelve groups: most answer with a number, some with what it stands for. */
const poll: Control = (world) =>
  countedDays(world, (morning) => {
    const at = morning + world.between(9, 20) * hour
    const choice = [world.fresh(2).terms[0]!, world.fresh(2).terms[0]!]
    for (let i = 0; i < 70; i++) {
      const group = i % 12
      const text = world.pick(['1', '2', '选1', '选2', '我选1', '+1', `2，${choice[1]}`, `选${choice[0]}`])
      world.say(at + world.between(0, 70) * minute, world.member(group), group, text)
    }
    control(world, 'poll', at, 3 * hour, choice)
  })

/** Two accounts in turn tell the numbers of something in ten groups, all day long. */
const twoBots: Control = (world) =>
  countedDays(world, (morning, d) => {
    const at = morning + world.between(8, 12) * hour
    const { title, terms } = world.fresh(3)
    for (let i = 0; i < 90; i++)
      world.say(
        at + i * world.between(3.5, 4.5) * minute,
        `ticker${d}-${i % 2}`,
        i % 10,
        `${title} 第${i + 1}次播报 ${Math.floor(world.random() * 900)}`,
      )
    control(world, 'two-bots', at, 8 * hour, [...terms, '播报'])
  })

/** A long article in thirty pieces by one hand into six groups, and a few words under it. */
const article: Control = (world) =>
  countedDays(world, (morning) => {
    const at = morning + world.between(9, 21) * hour
    const { terms } = world.fresh(3)
    for (let i = 0; i < 30; i++) {
      const piece = `${world.text().slice(0, 20)}${world.pick(terms)}${world.text().slice(0, 30)}`
      for (let group = 0; group < 6; group++)
        world.say(at + i * 40_000 + group * 2_000, 'copyist', group * 3, piece)
    }
    for (let i = 0; i < 10; i++) {
      const group = 3 * Math.floor(world.random() * 6)
      const text = world.pick(['太长了', '学习了', '写得好', `${world.pick(terms)}？`])
      world.say(at + world.between(5, 60) * minute, world.member(group), group, text)
    }
    control(world, 'article', at, 3 * hour, terms)
  })

/** Each evening a riddle in ten groups: whoever knows it sends the one word that is right, another one each day. */
const quiz: Control = (world) =>
  everyDay(world, (morning) => {
    const at = morning + 20 * hour
    const [right, wrong] = [world.fresh(2).terms[0]!, world.fresh(2).terms[0]!]
    for (let group = 0; group < 10; group++)
      world.say(at + group * 3_000, 'riddler', group, '今日竞猜开始，请直接发送答案')
    for (let i = 0; i < 40; i++) {
      const group = Math.floor(world.random() * 10)
      const word = world.random() < 0.7 ? right : wrong
      const text = world.pick([word, word, `答案是${word}`, `我猜${word}`])
      world.say(at + world.between(0, 12) * minute, world.member(group), group, text)
    }
    control(world, 'quiz', at, 2 * hour, [right, wrong, '答案', '竞猜'])
  })

/** Nothing but names of stickers, by everybody, for twenty minutes. */
const stickers: Control = (world) =>
  countedDays(world, (morning) => {
    const at = morning + world.between(9, 22) * hour
    const names = ['旺柴', '吃瓜', '裂开', '苦涩', '社会社会', '加油加油', '天啊', '嘿哈', '翻白眼', '打脸']
    for (let i = 0; i < 60; i++) {
      const group = Math.floor(world.random() * 12)
      const text = `[${world.pick(names)}]`.repeat(1 + Math.floor(world.random() * 3))
      world.say(at + world.between(0, 20) * minute, world.member(group), group, text)
    }
    const halves = ['柴', '吃瓜', '裂开', '苦涩', '社会', '加油', '天啊', '嘿', '白眼', '打脸', '翻白眼']
    control(world, 'stickers', at, 2.5 * hour, [...names, ...halves])
  })

/** Thirty groups are renamed within half an hour; the line about it bears the name of who did it. */
const renamed: Control = (world) =>
  countedDays(world, (morning) => {
    const at = morning + world.between(9, 18) * hour
    const { terms } = world.fresh(3)
    const name = terms.slice(0, 2).join('')
    for (let group = 0; group < 30; group++)
      world.say(
        at + world.between(0, 30) * minute,
        world.member(group),
        group,
        `修改群名为“${name}${group + 1}群”`,
      )
    control(world, 'renamed', at, 2.5 * hour, [...terms, '修改', '群名', name])
  })

const all: Record<FurtherKind, Control> = {
  birthday,
  forecast,
  poll,
  'two-bots': twoBots,
  article,
  quiz,
  stickers,
  renamed,
}

export function addFurther(world: Harsh): void {
  for (const each of Object.values(all)) each(world)
}

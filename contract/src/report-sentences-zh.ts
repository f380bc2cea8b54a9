import type { SentenceInput, SentenceTemplate } from './report-sentence-input.ts'
import {
  daysText,
  durationText,
  instantText,
  labelOf,
  numberText,
  percentText,
  periodWord,
} from './report-words.ts'

const now = (s: SentenceInput) => periodWord(s.context.kind, 'now', 'zh-CN')
const before = (s: SentenceInput) => periodWord(s.context.kind, 'before', 'zh-CN')
const n = (s: SentenceInput, name: string) => numberText(s.number(name))
const share = (s: SentenceInput, name: string) => percentText(s.number(name))
const time = (s: SentenceInput, name: string) => durationText(s.number(name), 'zh-CN')
const label = (s: SentenceInput, vocabulary: Parameters<typeof labelOf>[0], name: string) =>
  labelOf(vocabulary, s.text(name), s.context, 'zh-CN')
const topic = (s: SentenceInput) => {
  const words = s.context.names.topics[s.text('topic')]
  return words === undefined || words.length === 0 ? '（词未放行）' : `“${words.slice(0, 3).join('、')}”`
}

/** The one place in which a change is put in words: only what the verdict says, a percentage only where there is one. */
function change(s: SentenceInput, against: string): string {
  const previous = s.maybe('previous')
  const percent = s.maybe('percent')
  const by = percent === null ? '' : ` ${Math.abs(percent)}%`
  switch (s.text('verdict')) {
    case 'rose':
      return `，比${against}（${numberText(previous ?? 0)} 条）上升${by}`
    case 'fell':
      return `，比${against}（${numberText(previous ?? 0)} 条）下降${by}`
    case 'steady':
      return `，与${against}（${numberText(previous ?? 0)} 条）相比无显著变化`
    case 'few':
      return `（${against} ${numberText(previous ?? 0)} 条），数量少，不作增减判断`
    case 'none':
      return `，${against}也没有`
    case 'gap':
      return `（${against} ${numberText(previous ?? 0)} 条），因数据有缺口，不作增减判断`
    default:
      return `；${against}没有可比数据`
  }
}

const RISK_SUBJECT: Record<string, string> = { org: '全组织', unit: '单位', topic: '话题' }

export const SENTENCES_ZH: Readonly<Record<string, SentenceTemplate>> = {
  'headline.total': (s) => `${now(s)}共处置违规消息 ${n(s, 'count')} 条${change(s, before(s))}。`,
  'headline.empty': (s) => `${now(s)}没有可计数的数据，本报告不作任何增减判断。`,
  'violations.tier': (s) => `${label(s, 'tier', 'tier')} ${n(s, 'count')} 条${change(s, before(s))}。`,
  'violations.year': (s) =>
    `去年同期为 ${n(s, 'previous')} 条，${now(s)} ${n(s, 'count')} 条${change(s, '去年同期')}。`,
  'violations.usual': (s) => {
    const place = { above: '高于', within: '在', below: '低于' }[s.text('place')] ?? '在'
    const within = s.text('place') === 'within' ? '之内' : ''
    return `${now(s)} ${n(s, 'count')} 条，${place}前 ${n(s, 'periods')} 期的常见范围（${n(s, 'low')} 至 ${n(s, 'high')} 条）${within}。`
  },
  'violations.category': (s) =>
    `“${label(s, 'category', 'category')}” ${n(s, 'count')} 条${change(s, before(s))}。`,
  'violations.noCategory': (s) => `各类别与${before(s)}相比没有显著变化。`,
  'violations.vague': (s) =>
    `违规中 ${share(s, 'share')} 没有明确类别（“与本群无关”“未分类”），请上游审核系统完善分类。`,
  'decisions.split': (s) =>
    `警示 ${n(s, 'warned')} 条，限制 ${n(s, 'restricted')} 条，移除 ${n(s, 'removed')} 条。`,
  'response.median': (s) =>
    `${n(s, 'count')} 条违规从消息发出到处置，中位用时 ${time(s, 'median')}，九成在 ${time(s, 'p90')}以内。`,
  'response.within': (s) =>
    `${share(s, 'share')} 在 ${time(s, 'target')}的时限内处置（95% 区间 ${share(s, 'low')} 至 ${share(s, 'high')}）。`,
  'response.few': (s) => `有处置时长的违规只有 ${n(s, 'count')} 条，不作时效判断。`,
  'corrections.total': (s) =>
    `初次处置 ${n(s, 'decided')} 条，其中 ${n(s, 'corrected')} 条经人工更正（含撤销 ${n(s, 'overturned')} 条）。`,
  'corrections.rate': (s) =>
    `撤销率 ${share(s, 'share')}（95% 区间 ${share(s, 'low')} 至 ${share(s, 'high')}）。`,
  'corrections.few': (s) => `初次处置不足 20 条（${n(s, 'decided')} 条），不计算撤销率。`,
  'topics.count': (s) => `${now(s)}有 ${n(s, 'count')} 个话题达到放行条件。`,
  'topics.none': (s) => `${now(s)}没有话题达到放行条件。`,
  'topics.new': (s) => `话题${topic(s)}为新出现，放行数据中至少 ${n(s, 'count')} 条。`,
  'topics.rose': (s) =>
    `话题${topic(s)}上升：放行数据中至少 ${n(s, 'count')} 条，${before(s)}至少 ${n(s, 'previous')} 条。`,
  'topics.fell': (s) =>
    `话题${topic(s)}下降：${s.number('count') === 0 ? `${now(s)}没有放行数据` : `放行数据中至少 ${n(s, 'count')} 条`}，${before(s)}至少 ${n(s, 'previous')} 条。`,
  'topics.answered': (s) => `话题${topic(s)}已公开回应，距首次放行 ${time(s, 'minutes')}。`,
  'topics.unanswered': (s) => `话题${topic(s)}尚未登记回应。`,
  'sentiment.interval': (s) =>
    `负面占比在 ${share(s, 'low')} 至 ${share(s, 'high')} 之间（至少 ${n(s, 'messages')} 条放行消息）。`,
  'sentiment.rose': (s) =>
    `负面占比区间高于${before(s)}（${share(s, 'beforeLow')} 至 ${share(s, 'beforeHigh')}），两个区间不重叠。`,
  'sentiment.fell': (s) =>
    `负面占比区间低于${before(s)}（${share(s, 'beforeLow')} 至 ${share(s, 'beforeHigh')}），两个区间不重叠。`,
  'sentiment.same': (s) =>
    `与${before(s)}的区间（${share(s, 'beforeLow')} 至 ${share(s, 'beforeHigh')}）重叠，不能说有变化。`,
  'sentiment.none': (s) => `${now(s)}没有达到放行条件的情绪数据。`,
  'sentiment.uncalibrated': () => '情绪模型未经本地校准，区间会有偏差。',
  'risk.highest': (s) => {
    const kind = s.text('subjectKind')
    const what = kind === 'topic' ? topic(s) : kind === 'unit' ? `“${label(s, 'unit', 'unit')}”` : ''
    return `最高风险分 ${n(s, 'score')}（${label(s, 'riskLevel', 'level')}）：${RISK_SUBJECT[kind] ?? ''}${what}，${instantText(s.text('at'), s.context, 'zh-CN')}。`
  },
  'risk.none': (s) => `${now(s)}没有达到蓝色及以上的风险分。`,
  'risk.unknown': (s) => `${now(s)}没有计算风险分。`,
  'alerts.raised': (s) => `发出预警 ${n(s, 'count')} 次${change(s, before(s)).replaceAll(' 条', ' 次')}。`,
  'alerts.none': (s) => `${now(s)}没有发出预警，也没有未办结的预警。`,
  'alerts.acknowledge': (s) =>
    `其中 ${n(s, 'acknowledged')} 次已接手，接手用时中位数 ${time(s, 'minutes')}。`,
  'alerts.few': (s) => `其中 ${n(s, 'acknowledged')} 次已接手；至少 5 次且由至少 3 人接手，才给出用时。`,
  'alerts.answer': (s) => `办结用时中位数 ${time(s, 'minutes')}。`,
  'alerts.escalated': (s) => `${n(s, 'count')} 次升级到第一步以上。`,
  'alerts.false': (s) => `${n(s, 'count')} 次为误报。`,
  'alerts.open': (s) => `期末仍有 ${n(s, 'count')} 次预警未办结。`,
  'register.state': (s) =>
    `群组台账问题新增 ${n(s, 'opened')} 个，整改 ${n(s, 'closed')} 个，期末未整改 ${n(s, 'open')} 个。`,
  'register.overdue': (s) => `群组台账有 ${n(s, 'count')} 个问题逾期未整改。`,
  'register.none': (s) => `${now(s)}群组台账没有问题。`,
  'units.praise': (s) => {
    const units = s.list('units')
    const [low, high] = [share(s, 'low'), share(s, 'high')]
    const named = units.map((id) => `“${labelOf('unit', id, s.context, 'zh-CN')}”`).join('')
    return units.length === 1
      ? `${named}值得表扬：${n(s, 'count')} 条违规中 ${low} 在时限内处置，台账没有逾期问题。`
      : `值得表扬的单位 ${units.length} 个：${named}，各有${low === high ? ` ${low} ` : ` ${low} 至 ${high} `}的违规在时限内处置，台账没有逾期问题。`
  },
  'units.slow': (s) =>
    `“${label(s, 'unit', 'unit')}”需要帮助：${n(s, 'count')} 条违规中只有 ${share(s, 'share')} 在时限内处置。`,
  'units.overdue': (s) => `“${label(s, 'unit', 'unit')}”需要帮助：台账有 ${n(s, 'count')} 个逾期问题。`,
  'units.none': () => '没有单位明显好于或差于时限要求，也没有单位有逾期的台账问题。',
  'units.basis': () => '各单位只按处置时效和群组台账评价，从不按情绪或言论。',
  'actions.state': (s) =>
    `${now(s)}新交办 ${n(s, 'raised')} 项，办结 ${n(s, 'closed')} 项，撤回 ${n(s, 'dropped')} 项，期末在办 ${n(s, 'open')} 项。`,
  'actions.overdue': (s) => `批示与任务有 ${n(s, 'count')} 项逾期未办结。`,
  'actions.none': () => '没有在办的批示或任务。',
  'quality.good': (s) => `${now(s)}没有发现数据中断。`,
  'quality.source': (s) =>
    `数据来源“${label(s, 'source', 'source')}”自 ${instantText(s.text('from'), s.context, 'zh-CN')} 起中断 ${time(s, 'minutes')}。`,
  'quality.gap': (s) =>
    `有 ${n(s, 'hours')} 个小时数据不全（${daysText(s.list('days'), 'zh-CN')}），图中以斜线标出。`,
  'quality.late': (s) => `有 ${n(s, 'count')} 条处置在期末之后被更正，已计入本报告。`,
  'quality.hidden': (s) =>
    `有 ${s.list('days').length} 天不计入（${daysText(s.list('days'), 'zh-CN')}）：没有数据，或人数低于下限。`,
  'limits.upstream': () => '只统计上游审核系统作出的处置；没有被发现或没有上报的情况不在其中。',
  'limits.floors': () => '人数低于下限的群组不单独计数，话题与情绪只含已放行的数据，数字为下限。',
  'limits.cause': () => '数字的变化不说明原因；本报告不作没有来源的因果判断。',
  'limits.people': () => '不涉及任何个人；不同日期的人数不能相加。',
  'limits.small': () => '不足 20 的基数不计算百分比；判断增减用 95% 的检验，偶然性不能完全排除。',
  'flash.alert': (s) =>
    `${instantText(s.text('at'), s.context, 'zh-CN')}，“${label(s, 'unit', 'unit')}”发出${label(s, 'alertLevel', 'level')}预警，目前${label(s, 'status', 'status')}。`,
  'flash.rule': (s) => `触发规则：${label(s, 'rule', 'rule')}。`,
  'flash.category': (s) => `涉及类别：${label(s, 'category', 'category')}。`,
  'flash.acknowledged': () => '已有人接手。',
  'flash.waiting': (s) => `发出已 ${time(s, 'minutes')}，尚无人接手。`,
  'flash.resolved': (s) => `已办结，结果：${label(s, 'outcome', 'outcome')}。`,
  'flash.topic': (s) =>
    `话题${topic(s)}自 ${instantText(s.text('from'), s.context, 'zh-CN')} 起放行 ${n(s, 'cells')} 个时段，至少 ${n(s, 'count')} 条消息，单个时段最多 ${n(s, 'people')} 人。`,
  'flash.score': (s) => `风险分 ${n(s, 'score')}（${label(s, 'riskLevel', 'level')}）。`,
  'flash.receipt': () => '请收到后在系统中确认签收。',
}

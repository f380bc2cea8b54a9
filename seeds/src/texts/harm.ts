/**
 * Messages that a moderation system would act on, written mildly for a demo: the point is the count, not the wording.
 * None of them holds an opinion, a real name, a real number or a working link.
 */
export const HARM: Record<string, readonly string[]> = {
  ads: [
    '专业开锁换锁{num}折优惠，加我好友',
    '{food}特价清仓，进群领券',
    '家政保洁首单立减，扫码下单',
    '新店开业，办卡送{item}',
    '{course}一对一提分班，名额有限',
    '二手车低价转让，私聊',
    '贷款秒批，无需抵押，咨询我',
    '美容体验券免费送',
    '代缴代办，价格优惠',
  ],
  'spam.flood': [
    '顶顶顶顶顶顶',
    '扩散扩散扩散',
    '接龙接龙接龙接龙',
    '刷一下刷一下刷一下',
    '哈哈哈哈哈哈哈哈哈哈',
  ],
  vulgar: ['说话这么冲，滚一边去', '懒得理你这种货色', '你算老几啊'],
  'abuse.insult': ['你脑子进水了吧', '真是不要脸的东西', '一群废物', '你这人就是欠骂', '蠢得要命'],
  'link.suspicious': [
    '点这里领取补贴 hxxp://example.invalid/a',
    '医保升级请点 hxxp://example.invalid/b',
    '领取积分 hxxp://example.invalid/c',
  ],
  fraud: [
    '客服退款请按提示转到安全账户',
    '刷单日结，垫付返现',
    '快递丢失理赔，请提供验证码',
    '内部渠道投资，保本高息',
    '物业押金退还，先转保证金',
  ],
  clickbait: ['震惊，{place}居然发生这种事', '不看后悔，{food}千万别再吃', '再不转就删了'],
  'leak.internal': ['内部排班和通讯录给大家看下', '会议纪要未定稿先转发了', '这份内部通知别外传'],
  'leak.privacy': ['把那户的住址和身份信息发群里了', '这是住户登记表的照片'],
  'false.unverified': [
    '听说{spot}的水有毒，千万别喝',
    '据说{vaccine}出问题了，没人公布',
    '有人说{place}有传染病了',
  ],
  'false.emergency': ['水库决口了，大家快跑', '{place}煤气爆炸了，快疏散', '马上要发大洪水了，赶紧囤粮'],
  offtopic: ['有人一起打游戏吗', '昨晚的球赛看了没', '讲个笑话给大家'],
  'hate.group': ['外地来的都不是好东西', '残疾人就别出来添乱'],
  'sexual.suggestive': ['深夜福利，懂的来'],
  gambling: ['今晚牌局，输赢大的来', '下注群，稳赚'],
  'minors.unsafe': ['小朋友从二楼跳下来挑战，很刺激'],
  'self-harm.concern': ['我真的撑不下去了', '活着没什么意思了'],
  'abuse.defamation': ['那个老板就是骗子，偷了大家的钱，谁都知道'],
  uncategorised: ['这条内容不合适'],
}

/** How often each category is acted on in everyday life, relative to the others. */
export const HARM_WEIGHTS: readonly (readonly [string, number])[] = [
  ['ads', 300],
  ['spam.flood', 110],
  ['vulgar', 80],
  ['abuse.insult', 95],
  ['offtopic', 85],
  ['link.suspicious', 60],
  ['fraud', 55],
  ['clickbait', 35],
  ['leak.internal', 22],
  ['false.unverified', 24],
  ['leak.privacy', 12],
  ['gambling', 12],
  ['sexual.suggestive', 9],
  ['hate.group', 9],
  ['abuse.defamation', 8],
  ['minors.unsafe', 3],
  ['false.emergency', 2],
  ['self-harm.concern', 3],
  ['uncategorised', 14],
]

/** Lines of the stories that rise and fall in the demo. `{place}` is where the story happens. */
export const STORY_LINES = {
  outage: {
    ask: [
      '{place}又停水了，有人知道什么时候来水吗',
      '{place}整栋楼停水了',
      '停水{num}个小时了，{bad}',
      '没有停水通知，{bad}',
      '{place}停水，家里有婴儿怎么办',
      '水务热线打不通，{bad}',
      '停水是爆管了吗',
      '{spot}看到抢修车了',
      '高层一滴水都没有',
      '停水也不提前说，{bad}',
      '老人在家没水做饭',
      '桶装水都卖光了',
      '有没有临时供水点',
      '抢修要到几点',
      '停水原因是什么，给个说法',
    ],
    answer: [
      '水务集团通知：管道抢修中，预计{hour}恢复供水',
      '{spot}设了临时供水点，带桶去接',
      '来水了，先放一会儿再用',
      '水来了，{good}',
      '抢修师傅辛苦了，{good}',
      '恢复供水了，水有点浑，放几分钟就好',
    ],
    harm: [
      ['abuse.insult', '停水都没人管，一群废物'],
      ['false.unverified', '听说停水是因为水源被污染了'],
    ] as [string, string][],
  },
  refundFraud: {
    ask: [
      '接到自称客服的退款电话，是真的吗',
      '有人让我共享屏幕办退款，我挂了',
      '退款链接不要点，是骗子',
      '我妈差点被退款电话骗了',
      '退款诈骗又来了，大家提醒老人',
      '冒充快递客服说理赔，别信',
    ],
    answer: ['反诈提醒：凡是要求共享屏幕、转账退款的都是诈骗', '已在群里转发防骗提示，请告诉家里老人'],
    harm: [
      ['fraud', '您的包裹丢失，点击办理双倍退款'],
      ['fraud', '客服退款专员，请下载会议软件共享屏幕'],
      ['fraud', '退款通道即将关闭，请尽快填写银行卡'],
      ['link.suspicious', '退款入口 hxxp://example.invalid/r'],
    ] as [string, string][],
  },
  internalLeak: {
    ask: [
      '这个内部文件怎么传到外面了',
      '文件先别转了',
      '内部文件是谁转发的，请撤回',
      '请大家遵守文件管理规定',
    ],
    answer: ['文件已撤回，请各组自查', '保密提醒已发，请签收'],
    harm: [
      ['leak.internal', '内部调整方案先给大家看看'],
      ['leak.internal', '转：内部文件照片三张'],
    ] as [string, string][],
  },
  falseFlood: {
    ask: [
      '水库真的要泄洪吗',
      '泄洪的消息是哪里来的',
      '有没有官方通报泄洪',
      '听到泄洪吓得赶紧收拾东西',
      '泄洪是假的吧，求证实',
    ],
    answer: [
      '应急部门通报：没有泄洪，水位正常，请勿转发',
      '官方辟谣了，泄洪是假消息',
      '辟谣：水库运行正常，{good}',
    ],
    harm: [
      ['false.emergency', '水库要泄洪了，{place}马上撤离'],
      ['false.emergency', '紧急：今晚泄洪，低洼处全部转移'],
      ['false.unverified', '据说泄洪的通知被压下来了'],
    ] as [string, string][],
  },
  adsFlood: {
    ask: ['谁把发广告的拉进来的', '广告刷屏了，{bad}', '管理员清一下广告'],
    answer: ['已处理，请勿点击广告'],
    harm: [
      ['ads', '全网最低价充值卡，秒到账，加好友'],
      ['ads', '充值卡批发代理，日赚不停'],
      ['spam.flood', '充值卡充值卡充值卡充值卡'],
    ] as [string, string][],
  },
} as const

export type StoryKind = keyof typeof STORY_LINES

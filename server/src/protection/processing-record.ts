import type { BothLanguages, ProcessingActivity, ProcessingRecord } from '@guanlan/contract/protection'
import type { Config } from '../config.ts'
import { csvFile } from '../lib/csv.ts'

/** The part of the configuration that the record states. */
export type RecordedConfig = Pick<Config, 'retention' | 'floors' | 'notify' | 'oidc' | 'auditReceiver'>

const both = (zh: string, en: string): BothLanguages => ({ zh, en })

function counting({ retention, floors }: RecordedConfig): ProcessingActivity {
  return {
    code: 'counting',
    purpose: both(
      '统计单位自有群聊中审核结果与活跃人数，用于及时处置和答复',
      'Counting moderation decisions and active people in the organisation’s own group chats, so that harm is acted on and concerns are answered',
    ),
    people: both('已登记并已告知的群的成员', 'members of groups that are registered and were informed'),
    data: both(
      '审核结果（群、分钟、类别、处置）；发送者仅在内存中作当日化名用于计数',
      'decisions (group, minute, category, decision); the sender only in memory, as a pseudonym of the day for counting',
    ),
    source: both('单位的上游审核系统', 'the organisation’s upstream moderation system'),
    recipients: both('持有相应角色的本单位账号', 'accounts of the organisation with a role for it'),
    retention: both(
      `明细 ${retention.rawDays} 天，分钟计数 ${retention.minuteDays} 天，小时计数 ${retention.hourDays} 天`,
      `details ${retention.rawDays} days, counts by minute ${retention.minuteDays} days, by hour ${retention.hourDays} days`,
    ),
    measures: both(
      `编号带密钥散列；盐每日随机且仅在内存；少于 ${floors.people} 人不显示；全部查看可审计`,
      `keyed hashes of ids; a random salt a day in memory only; nothing shown below ${floors.people} people; small scopes audited`,
    ),
    tables: [
      'decision_raw',
      'minute_unit',
      'hour_group',
      'hour_first',
      'hour_source',
      'hour_delay',
      'active_people',
    ],
  }
}

function listening({ retention, floors }: RecordedConfig): ProcessingActivity {
  return {
    code: 'listening',
    purpose: both(
      '了解群众集中反映的事项（话题与情绪），以便答复',
      'Learning what many people are concerned about (topics and mood), so that they get an answer',
    ),
    people: both('已登记并已告知的群的成员', 'members of groups that are registered and were informed'),
    data: both(
      '消息文字：只在内存中分析；落盘的是已过下限的词与话题',
      'text of messages: analysed in memory only; words and topics reach a disk once they passed their floor',
    ),
    source: both('单位的上游审核系统', 'the organisation’s upstream moderation system'),
    recipients: both('持有相应角色的本单位账号', 'accounts of the organisation with a role for it'),
    retention: both(
      `文字不保留；已发布单元 ${retention.wordCellDays} 天；报告所引用的单元随草稿和被替代各期 ${retention.wordCellDays} 天、随已发布各期 ${retention.reportCellDays} 天；已发布报告点名的话题词随报告长期保留`,
      `text is not kept; released cells ${retention.wordCellDays} days; those that reports rest on ${retention.wordCellDays} days with drafts and superseded editions, ${retention.reportCellDays} days with issued ones; words of topics that an issued report names are kept with it`,
    ),
    measures: both(
      `每单元至少 ${floors.cellMessages} 条、${floors.cellPeople} 人；每词至少 ${floors.words} 人且 2 个群；数字取整；姓名分层过滤`,
      `at least ${floors.cellMessages} messages and ${floors.cellPeople} people a cell; ${floors.words} people and 2 groups a word; rounded; names kept out in layers`,
    ),
    tables: ['released_cell', 'name_roster', 'vocabulary_entry', 'topic_answer', 'topic_link', 'report'],
  }
}

function operating(config: RecordedConfig): ProcessingActivity {
  const outside = [
    ...(config.notify.smtpUrl === undefined ? [] : [both('邮件服务器', 'the mail server')]),
    ...(config.oidc === undefined
      ? []
      : [
          both(
            `身份提供方 ${new URL(config.oidc.issuer).host}`,
            `the identity provider ${new URL(config.oidc.issuer).host}`,
          ),
        ]),
    ...(config.auditReceiver === undefined
      ? []
      : [
          both(
            `审计链首接收方 ${new URL(config.auditReceiver.url).host}（仅哈希）`,
            `the receiver of audit heads ${new URL(config.auditReceiver.url).host} (hashes only)`,
          ),
        ]),
  ]
  const list = (pick: (each: BothLanguages) => string, none: string) => outside.map(pick).join('; ') || none
  return {
    code: 'accounts',
    purpose: both(
      '本产品账号的登录、授权与审计',
      'Signing in, authorising and auditing the accounts of this product',
    ),
    people: both('本产品的用户', 'users of this product'),
    data: both(
      '姓名、邮箱、角色、通知地址、操作记录',
      'name, address, roles, addresses for notifications, what they did',
    ),
    source: both('系统管理员或身份提供方', 'system administrators or the identity provider'),
    recipients: both(
      list((each) => each.zh, '无；不对外发送'),
      list((each) => each.en, 'nobody; nothing leaves'),
    ),
    retention: both(
      '账号由管理员停用；审计长期保留',
      'accounts are closed by an administrator; the audit is kept',
    ),
    measures: both(
      'argon2id、第二因素、12 小时会话、角色变更即结束会话、审计哈希链',
      'argon2id, second factor, sessions of 12 hours that end when roles change, hash-chained audit',
    ),
    tables: ['auth_user', 'auth_account', 'role_grant', 'audit_entry', 'account_channel'],
  }
}

function registering(): ProcessingActivity {
  return {
    code: 'register',
    purpose: both(
      '群的登记、备案与解散，落实负责人',
      'Registering, filing and dissolving groups; naming who answers for them',
    ),
    people: both('群的负责人', 'people who answer for groups'),
    data: both(
      '岗位、任期、关联账号；成员仅登记人数',
      'posts, terms and linked accounts; of members only their number',
    ),
    source: both('各单位填报', 'entered by the units'),
    recipients: both(
      '主管部门与抄送部门的账号',
      'accounts of the office in charge and of the one that gets a copy',
    ),
    retention: both('随群登记保留', 'kept with the register entry of the group'),
    measures: both(
      '按单位授权；变更可审计；不得自批',
      'rights by unit; changes audited; nobody decides on their own',
    ),
    tables: ['chat_group', 'group_administrator', 'group_filing', 'group_finding'],
  }
}

function alerting({ retention }: RecordedConfig): ProcessingActivity {
  return {
    code: 'alerting',
    purpose: both(
      '发现需要回应的情况并通知值班人员，记录处置与交接',
      'Noticing what needs an answer, telling whoever is on duty, recording what was done and handed over',
    ),
    people: both(
      '本产品的用户（值班与处置人员）',
      'users of this product: whoever is on duty or deals with alerts',
    ),
    data: both(
      '预警的单位、群、类别与时间线，接手与处置的账号，备注与交班说明（保存时过滤），值班表，通知投递记录',
      'unit, group, category and timeline of alerts, accounts that took and ended them, notes and hand-over notes (filtered when saved), rosters, deliveries of notifications',
    ),
    source: both('规则的计算结果与处置人员', 'what rules computed, and the people who deal with it'),
    recipients: both(
      '该单位有相应角色的账号；外部渠道只收到级别、规则、顶级单位与链接',
      'accounts with a role for the unit; external channels get level, rule, top-level unit and a link only',
    ),
    retention: both(
      `预警结束后 ${retention.alertDays} 天，连同备注、时间线与时效；投递、站内提醒与交班说明 ${retention.alertDays} 天；值班表各版本供核查`,
      `${retention.alertDays} days after the end of an alert, with its notes, timeline and times; deliveries, pages and hand-over notes ${retention.alertDays} days; versions of rosters are kept so that they can be checked`,
    ),
    measures: both(
      '需要关怀的情况只给相关人员且不计数；用时与比例只在至少 5 条且由至少 3 人接手时给出，不按人统计',
      'signs of distress reach those concerned only and are not counted; times and shares from five alerts on that at least three people took, never by person',
    ),
    tables: [
      ...['alert', 'alert_note', 'alert_timeline', 'alert_episode', 'alert_delivery', 'in_app_page'],
      ...['alerting_document', 'duty_handover'],
    ],
  }
}

function reporting({ retention }: RecordedConfig): ProcessingActivity {
  return {
    code: 'reports',
    purpose: both(
      '编制、审签、印发报告，跟进批示',
      'Drafting, approving and issuing reports; following up what they ask for',
    ),
    people: both('本产品的用户', 'users of this product'),
    data: both(
      '报告各期（已过下限的数字与话题），拟稿、审签、传阅与签收的账号，批注与批示（保存时过滤）',
      'editions (figures and topics past their floors), accounts that drafted, approved, read and acknowledged, comments and instructions (filtered when saved)',
    ),
    source: both('统计结果与经办人员', 'the counts, and the people who write'),
    recipients: both(
      '该单位有相应角色的账号与传阅名单',
      'accounts with a role for the unit, and the circulation list',
    ),
    retention: both(
      `未发布的草稿 ${retention.wordCellDays} 天；已发布的各期及批注、批示长期保留，供核查`,
      `drafts that were not issued ${retention.wordCellDays} days; issued editions, comments and instructions are kept, so that they can be checked`,
    ),
    measures: both(
      '拟稿与审签分开；审签绑定所读内容的散列；导出可审计',
      'drafting and approving are apart; an approval is bound to the hash of what was read; exports are audited',
    ),
    tables: ['report', 'report_comment', 'report_reader', 'report_action', 'report_subscription'],
  }
}

/** Record of processing activities, stating what is configured now: a period that changes shows in the next record. */
export function processingRecord(
  config: RecordedConfig,
  organisation: string,
  nowMs: number,
): ProcessingRecord {
  return {
    readAt: new Date(nowMs).toISOString(),
    organisation,
    activities: [
      ...[counting(config), listening(config), registering()],
      ...[alerting(config), reporting(config), operating(config)],
    ],
  }
}

const HEADINGS = {
  'zh-CN': ['处理活动', '目的', '涉及人员', '数据', '来源', '接收方', '保存期限', '安全措施', '数据表'],
  en: ['activity', 'purpose', 'people', 'data', 'source', 'recipients', 'retention', 'measures', 'tables'],
} as const

/** With a byte order mark, so that spreadsheets read it as UTF-8. */
export function processingRecordCsv(record: ProcessingRecord, locale: 'zh-CN' | 'en'): string {
  const pick = (text: BothLanguages) => (locale === 'en' ? text.en : text.zh)
  const rows = record.activities.map((each) => [
    each.code,
    ...[
      each.purpose,
      each.people,
      each.data,
      each.source,
      each.recipients,
      each.retention,
      each.measures,
    ].map(pick),
    each.tables.join(' '),
  ])
  return csvFile([HEADINGS[locale], ...rows])
}

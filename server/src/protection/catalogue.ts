import type { BothLanguages, HoldingAbout } from '@guanlan/contract/protection'

/** What a table is for and whom it is about. The tables themselves are read from the engines; test/integration/protection.test.ts fails for one that is not here. */
export interface Described {
  readonly what: BothLanguages
  readonly about: HoldingAbout
  /** How its rows end, where no time to live ends them. */
  readonly end?: BothLanguages
}

const row = (about: HoldingAbout, zh: string, en: string, end?: BothLanguages): Described => ({
  what: { zh, en },
  about,
  ...(end === undefined ? {} : { end }),
})

const WITH_GROUP = { zh: '随群登记保留', en: 'kept with the register entry of the group' }
const WITH_ACCOUNT = { zh: '随账号删除', en: 'goes with the account' }
const WITH_ALERT = { zh: '随预警删除', en: 'goes with its alert' }
const ALERT_DAYS = {
  zh: '预警结束后由每日清理删除（默认 365 天）',
  en: 'deleted by the daily round after the end of the alert (365 days by default)',
}
const OWN_DAYS = {
  zh: '由每日清理删除（默认 365 天）',
  en: 'deleted by the daily round (after 365 days by default)',
}
const REPLACED = { zh: '被新值覆盖', en: 'replaced by the next value' }
const KEPT = { zh: '长期保留，供核查', en: 'kept, so that it can be checked' }
const DAILY = { zh: '过期后由每日清理删除', en: 'deleted by the daily round once over' }

const CLICKHOUSE: Readonly<Record<string, Described>> = {
  decision_in: row('nobody', '写入入口，不存任何行', 'the way in; holds no rows'),
  decision_raw: row(
    'groups',
    '审核结果：来源与编号的带密钥散列、分钟、群、类别、处置、由谁决定、内容种类、用时档、是否导入或迟到；无文字、无发送者',
    'decisions: keyed hash of source and id, minute, group, category, decision, by whom, kind of content, duration bucket, whether imported or late; no text, no sender',
  ),
  minute_unit: row('groups', '各单位每分钟的审核计数', 'counts of decisions by unit and minute'),
  hour_group: row('groups', '各群每小时的审核计数', 'counts of decisions by group and hour'),
  hour_first: row(
    'groups',
    '各群每小时首次处置与改判计数',
    'first decisions and reversals by group and hour',
  ),
  hour_source: row('groups', '各来源每小时的消息数', 'messages by source and hour'),
  hour_delay: row('groups', '各群处置用时的分档计数', 'time to decision in buckets, by group and hour'),
  active_people: row('groups', '活跃人数，仅为整数', 'number of active people, as integers only'),
  group_visibility: row('groups', '每日哪些群达到可显示下限', 'which groups may be shown on a day'),
  released_cell: row(
    'groups',
    '已过下限并取整的词、话题与情绪单元',
    'words, topics and mood that passed their floor, rounded',
  ),
  risk_score: row('groups', '话题、单位与群的风险分', 'risk scores of topics, units and groups'),
  schema_migration: row('nobody', '已执行的数据库升级', 'upgrades applied', KEPT),
}

const POSTGRES: Readonly<Record<string, Described>> = {
  account_channel: row(
    'accounts',
    '账号接收通知的地址',
    'addresses at which accounts are notified',
    WITH_ACCOUNT,
  ),
  alert: row(
    'accounts',
    '预警及其状态，由谁接手、指派给谁',
    'alerts and their state, who took them and to whom they were given',
    ALERT_DAYS,
  ),
  alert_delivery: row('accounts', '通知投递记录', 'deliveries of notifications', OWN_DAYS),
  alert_episode: row('groups', '预警处理时效', 'how fast alerts were dealt with', WITH_ALERT),
  alert_evaluator: row('nobody', '当前由哪个进程评估预警', 'which process evaluates alerts', REPLACED),
  alert_instance: row('groups', '规则的计算状态', 'state of rules as they are evaluated', REPLACED),
  alert_lane: row(
    'accounts',
    '正在发送的目的地与发送频次',
    'destinations being sent to, and how often',
    DAILY,
  ),
  alert_note: row(
    'notes',
    '处置备注（保存时过滤）',
    'notes on what was done, filtered when saved',
    WITH_ALERT,
  ),
  alert_silence: row('accounts', '静默，由谁设置', 'silences, and who set them', DAILY),
  alert_timeline: row(
    'accounts',
    '预警时间线：何人何时做了什么',
    'what happened to an alert, in order: which account did what and when',
    WITH_ALERT,
  ),
  alerting_document: row(
    'accounts',
    '规则、升级策略、值班表（含值班账号）的各版本，及由谁编写和批准',
    'versions of rules, escalation policies and rosters (with the accounts on duty), and who wrote and approved them',
    KEPT,
  ),
  audit_entry: row('accounts', '审计记录，只增不改，哈希相连', 'the audit: append-only and chained', KEPT),
  audit_export: row('accounts', '审计导出的申请与批准', 'exports of the audit asked for and agreed to', KEPT),
  audit_head: row('nobody', '每日链首及外部接收方的确认', 'head of the chain by day and its receipt', KEPT),
  auth_account: row(
    'accounts',
    '登录方式：口令的 argon2id 散列，或身份提供方的编号',
    'ways to sign in: argon2id of the password, or the subject at the provider',
    WITH_ACCOUNT,
  ),
  auth_session: row('accounts', '登录会话', 'sessions', DAILY),
  auth_two_factor: row(
    'accounts',
    '第二因素的密钥（加密）',
    'secret of the second factor, encrypted',
    WITH_ACCOUNT,
  ),
  auth_user: row(
    'accounts',
    '本产品用户的账号：姓名、邮箱、语言',
    'accounts of users: name, address, language',
    {
      zh: '由管理员停用；从不自动删除',
      en: 'closed by an administrator; never deleted by itself',
    },
  ),
  auth_verification: row('accounts', '登录中的临时状态', 'state of sign-ins under way', DAILY),
  change_counter: row('nobody', '变更计数', 'counts changes', REPLACED),
  chat_group: row('groups', '群登记', 'the register of groups', WITH_GROUP),
  display_token: row('nobody', '大屏令牌的散列', 'hashes of display tokens', KEPT),
  duty_handover: row('notes', '交接班记录', 'handovers between shifts', OWN_DAYS),
  group_activity: row('groups', '群的分级与 30 天活跃度', 'tier and 30-day activity of groups', REPLACED),
  group_administrator: row(
    'accounts',
    '负责岗位与任期',
    'posts that answer for groups, with terms',
    WITH_GROUP,
  ),
  group_filing: row('accounts', '备案与解散步骤', 'steps of filing and dissolving', WITH_GROUP),
  group_finding: row('notes', '登记缺项与跟进', 'what the register lacks, and follow-up', WITH_GROUP),
  group_name: row('groups', '群的曾用名', 'earlier names of groups', WITH_GROUP),
  group_policy: row('nobody', '各类群的备案规则', 'how groups of a kind are filed', REPLACED),
  group_unit: row('groups', '群在各单位的时段', 'where groups belonged, by day', WITH_GROUP),
  in_app_page: row('accounts', '站内提醒', 'pages within the product', OWN_DAYS),
  ingest_key: row('nobody', '来源密钥的散列', 'hashes of keys of sources', KEPT),
  name_roster: row(
    'nobody',
    '单位人员姓名的带密钥散列，用于把姓名挡在话题之外',
    'keyed hashes of names of the organisation’s people, to keep names out of topics',
    REPLACED,
  ),
  one_time_link: row('accounts', '一次性链接的散列', 'hashes of one-time links', DAILY),
  report: row(
    'groups',
    '报告各期：数字、点名的话题词与其依据的已发布单元',
    'editions of reports: figures, words of the topics they name, and the released cells behind them',
    {
      zh: '未发布的草稿和被替代各期的单元随词的保留期删除，已发布各期的单元随其保留期删除；已发布的内容长期保留',
      en: 'drafts that were not issued and cells of superseded editions go with the retention of words, cells of issued editions with their own; what was issued is kept',
    },
  ),
  report_action: row('notes', '批示与整改事项', 'instructions and tasks from reports', KEPT),
  report_comment: row('notes', '报告批注', 'comments on reports', {
    zh: '随报告删除',
    en: 'goes with its report',
  }),
  report_plan: row('nobody', '定期报告的计划', 'when drafts of reports are made', REPLACED),
  report_reader: row('accounts', '报告传阅与已阅', 'circulation of reports and read marks', {
    zh: '随报告删除',
    en: 'goes with its report',
  }),
  report_subscription: row('accounts', '报告订阅', 'subscriptions to reports', WITH_ACCOUNT),
  retention_proof: row('nobody', '每日清理证明', 'daily proofs of deletion', KEPT),
  risk_formula: row('accounts', '使用中的风险公式', 'risk formulas in force', REPLACED),
  risk_mark: row(
    'accounts',
    '哪个账号对风险分作了怎样的评价',
    'which account marked which score, and how',
    KEPT,
  ),
  risk_proposal: row(
    'accounts',
    '风险公式切换的申请与决定',
    'switches of formulas asked for and decided',
    KEPT,
  ),
  risk_replay: row('accounts', '公式回放记录', 'replays of formulas', KEPT),
  role_grant: row('accounts', '角色', 'roles', WITH_ACCOUNT),
  schema_migration: row('nobody', '已执行的数据库升级', 'upgrades applied', KEPT),
  sentiment_calibration: row('nobody', '情绪校准参数', 'calibration of mood', REPLACED),
  setting: row('nobody', '时区与本机密钥', 'time zone and secrets of this installation', KEPT),
  sign_in_failure: row(
    'accounts',
    '连续登录失败次数（地址的散列）',
    'wrong passwords in a row, by hash of the address',
    DAILY,
  ),
  source_health: row('nobody', '各来源每日收发情况', 'what each source sent, by day', KEPT),
  topic_answer: row('notes', '对话题的答复', 'answers to topics', KEPT),
  topic_link: row('groups', '话题的分合', 'topics that parted or merged', KEPT),
  unit: row('groups', '单位', 'units', KEPT),
  unit_parent: row('groups', '单位的上下级与变动', 'where units hang, by day', KEPT),
  vocabulary_entry: row(
    'accounts',
    '单位词表，由谁提议和批准',
    'words that the organisation added, and who proposed and approved them',
    KEPT,
  ),
}

export const CATALOGUE = { clickhouse: CLICKHOUSE, postgres: POSTGRES } as const

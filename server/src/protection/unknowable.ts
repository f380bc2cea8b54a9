import type { Unknowable } from '@guanlan/contract/protection'

const entry = (code: string, what: [string, string], because: [string, string]): Unknowable => ({
  code,
  what: { zh: what[0], en: what[1] },
  because: { zh: because[0], en: because[1] },
})

/** What cannot be asked of this installation. Each rests on the schema shown beside it and on a test that ships. */
export const UNKNOWABLE: readonly Unknowable[] = [
  entry(
    'text',
    ['任何一条消息写了什么', 'what any message said'],
    [
      '文字只在内存中分析，随即丢弃；没有存放文字的列，也没有消息检索（test/privacy/canary.test.ts）',
      'text is analysed in memory and dropped; there is no column for it and no message search (test/privacy/canary.test.ts)',
    ],
  ),
  entry(
    'sender',
    ['谁发了某条消息', 'who sent a message'],
    [
      '发送者在内存中变成当日的化名，只用来数人头；化名与盐从不落盘',
      'a sender becomes a pseudonym of the day in memory and serves counting only; pseudonyms and salts are on no disk',
    ],
  ),
  entry(
    'person',
    ['某个人的活动、情绪或评分', 'activity, mood or a score of a person'],
    [
      '没有任何表以人为行；两天的化名无法对应',
      'no table has a row for a person; pseudonyms of two days cannot be joined',
    ],
  ),
  entry(
    'rare-words',
    ['少于 5 人或 2 个群说过的词', 'words of fewer than 5 people or 2 groups'],
    [
      '未过下限的词只在内存窗口中，落盘的只有已发布单元',
      'words below the floor live in memory windows; only released cells reach a disk',
    ],
  ),
  entry(
    'small-groups',
    ['不足 10 人活跃的群当天的数字', 'figures of a group on a day with fewer than 10 active people'],
    [
      '计数虽在，但查询层的下限对每个角色一样；并入上级后也不足的，上级也不显示',
      'the counts exist, but floors in the query layer hold for every role; what stays too small is left out of the parent too',
    ],
  ),
  entry(
    'members',
    ['群里有哪些人', 'who is in a group'],
    ['登记只有人数，没有名单', 'the register holds a number of members, never a list'],
  ),
  entry(
    'upstream-id',
    ['上游系统的消息编号', 'ids of the upstream system'],
    [
      '只存带密钥的 128 位散列，用于去重与改判',
      'only a keyed hash of 128 bits is kept, for repeats and corrections',
    ],
  ),
]

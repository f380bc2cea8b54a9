import type { BothLanguages, SaltReceipt, SaltReceipts } from '@guanlan/contract/protection'
import type { Random } from '../lib/random.ts'
import type { Audit } from '../identity/audit.ts'
import type { Postgres } from '../ports/postgres.ts'

/** Receipts for the salts under which senders become pseudonyms. A receipt is a random number made beside the salt, never from it. */
export interface SaltKeeper {
  made(day: string): void
  dropped(day: string): void
  /** Salts of processes that are gone went with them: noted at the start, before any is made. */
  begin(): Promise<void>
  list(): Promise<SaltReceipts>
  settled(): Promise<void>
}

const MOST = 1000

const PROVES: readonly BothLanguages[] = [
  {
    zh: '每个自然日各用一个新盐，并在当日结束后或进程退出时丢弃：记录在审计链中，链首交给外部接收方之后无法倒填。',
    en: 'Each local day had a salt of its own, dropped after the day or with the process: this is in the audit chain and cannot be written afterwards once its head went to a receiver outside.',
  },
  {
    zh: '哪一天没有收据，就没有为那天的消息数过人。',
    en: 'A day without a receipt is a day for which no people were counted.',
  },
]
const PROVES_NOT: readonly BothLanguages[] = [
  {
    zh: '不能证明运行期间没有人从进程内存中复制过盐；能这样做的人同时也能看到消息本身。',
    en: 'That nobody copied a salt out of the memory of the running process: who can do that sees the messages themselves as well.',
  },
  {
    zh: '不能证明运行的就是公布的源代码；请核对发行包的校验和。',
    en: 'That the program that ran is the one that was published: compare the checksums of the release.',
  },
  {
    zh: '收据不由盐计算得出，因此也不能用来辨认一个盐。',
    en: 'A receipt is not derived from the salt, so it cannot be used to recognise one either.',
  },
]

interface Row {
  at: Date
  action: 'salt.make' | 'salt.drop' | 'salt.lost'
  target: string
  receipt: string
}

async function openReceipts(postgres: Postgres): Promise<{ receipt: string; day: string }[]> {
  return postgres.query(
    `SELECT m.detail->>'receipt' AS receipt, m.target AS day FROM audit_entry AS m WHERE m.action = 'salt.make'
     AND NOT EXISTS (SELECT 1 FROM audit_entry AS e WHERE e.action IN ('salt.drop', 'salt.lost') AND e.target = m.target
       AND e.detail->>'receipt' = m.detail->>'receipt') ORDER BY m.seq`,
  )
}

function pair(rows: readonly Row[]): SaltReceipt[] {
  const receipts = new Map<string, SaltReceipt>()
  for (const { at, action, target, receipt } of rows) {
    const known = receipts.get(receipt)
    if (action === 'salt.make')
      receipts.set(receipt, { id: receipt, day: target, madeAt: at.toISOString(), end: null, endedAt: null })
    else if (known !== undefined)
      receipts.set(receipt, {
        ...known,
        end: action === 'salt.drop' ? 'day' : 'process',
        endedAt: at.toISOString(),
      })
  }
  return [...receipts.values()].reverse()
}

export function createSaltKeeper(deps: {
  readonly postgres: Postgres
  readonly audit: Pick<Audit, 'append'>
  readonly random: Random
  readonly report: (error: unknown) => void
}): SaltKeeper {
  const { postgres, audit, random, report } = deps
  const live = new Map<string, string>()
  let writing: Promise<unknown> = Promise.resolve()
  const note = (action: Row['action'], day: string, receipt: string) => {
    writing = writing.then(() => audit.append('system', action, day, { receipt })).catch(report)
  }
  return {
    made(day) {
      const receipt = random(12).toString('hex')
      live.set(day, receipt)
      note('salt.make', day, receipt)
    },
    dropped(day) {
      const receipt = live.get(day)
      if (receipt === undefined) return
      live.delete(day)
      note('salt.drop', day, receipt)
    },
    async begin() {
      for (const { receipt, day } of await openReceipts(postgres))
        if (live.get(day) !== receipt) await audit.append('system', 'salt.lost', day, { receipt })
    },
    async list() {
      await writing
      const rows = await postgres.query<Row>(
        `SELECT * FROM (SELECT seq, at, action, target, detail->>'receipt' AS receipt FROM audit_entry
         WHERE action IN ('salt.make', 'salt.drop', 'salt.lost') ORDER BY seq DESC LIMIT ${MOST}) AS latest ORDER BY seq`,
      )
      return { receipts: pair(rows), proves: [...PROVES], provesNot: [...PROVES_NOT] }
    },
    settled: async () => void (await writing),
  }
}

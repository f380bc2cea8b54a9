import { createRandom, type Random } from './random.ts'

/** A fictional city, 云汀市: no real place, organisation or person. */
export interface DemoUnit {
  id: string
  name: string
  parentId: string | null
}

export type DemoTheme = 'estate' | 'school' | 'clinic' | 'staff' | 'merchant' | 'transport'

export interface DemoGroup {
  id: string
  name: string
  kind: 'staff' | 'service' | 'temporary' | 'public'
  unitId: string
  theme: DemoTheme
  platform: string
  purpose: string
  size: number
  /** Messages a day on a working day, before rhythm and noise. */
  daily: number
  /** Estate, school or facility that its messages are about. */
  place: string
  members: string[]
}

export interface DemoOrganisation {
  units: DemoUnit[]
  groups: DemoGroup[]
}

export const ROOT_UNIT = 'yunting'

const DISTRICTS = [
  { id: 'east', name: '汀东区', streets: ['望潮街道', '春和街道', '石桥街道', '芦荡街道'] },
  { id: 'west', name: '汀西区', streets: ['松岗街道', '白鹭街道', '云台街道'] },
  { id: 'port', name: '新港区', streets: ['海晏街道', '帆影街道', '盐田口街道'] },
] as const

const BUREAUS = [
  { id: 'education', name: '云汀市教育局', below: ['第一学区', '第二学区', '职业教育中心'] },
  { id: 'health', name: '云汀市卫生健康局', below: ['社区卫生服务中心', '妇幼保健院'] },
  { id: 'water', name: '云汀水务集团', below: ['供水分公司', '排水分公司'] },
  { id: 'transit', name: '云汀公共交通集团', below: ['公交运营部', '轮渡运营部'] },
  { id: 'market', name: '云汀市商户服务中心', below: [] },
] as const

export const ESTATES = [
  '听雨苑',
  '望溪里',
  '春和园',
  '石桥新村',
  '芦荡花园',
  '松岗小区',
  '白鹭洲家园',
  '云台佳苑',
  '海晏府',
  '帆影里',
  '盐田口公寓',
  '梧桐雅居',
  '青禾里',
  '月湾小筑',
  '南塘新村',
  '柳岸人家',
  '晴川苑',
  '北渚家园',
]
const SCHOOLS = [
  '云汀一小',
  '云汀三小',
  '望潮小学',
  '松岗中学',
  '海晏中学',
  '春和幼儿园',
  '白鹭幼儿园',
  '云汀职校',
]
const CLINICS = ['望潮社区医院', '松岗社区医院', '海晏社区医院', '妇幼保健院']
const LINES = ['1路公交', '7路公交', '12路公交', '东西轮渡', '港区轮渡']
const PLATFORMS = ['企业微信', '微信', 'QQ', '钉钉']

function demoUnits(): DemoUnit[] {
  const units: DemoUnit[] = [{ id: ROOT_UNIT, name: '云汀市', parentId: null }]
  for (const district of DISTRICTS) {
    units.push({ id: district.id, name: district.name, parentId: ROOT_UNIT })
    district.streets.forEach((name, index) =>
      units.push({ id: `${district.id}-${index + 1}`, name, parentId: district.id }),
    )
  }
  for (const bureau of BUREAUS) {
    units.push({ id: bureau.id, name: bureau.name, parentId: ROOT_UNIT })
    bureau.below.forEach((name, index) =>
      units.push({ id: `${bureau.id}-${index + 1}`, name, parentId: bureau.id }),
    )
  }
  return units
}

interface Draft {
  name: string
  kind: DemoGroup['kind']
  unitId: string
  theme: DemoTheme
  purpose: string
  place: string
  size: [number, number]
  daily: [number, number]
}

type Kind = [kind: DemoGroup['kind'], theme: DemoTheme, purpose: string]
const RESIDENTS: Kind = ['service', 'estate', '居民服务与通知']
const STAFF: Kind = ['staff', 'staff', '内部工作']

/** `size` members, `daily` messages on a working day: each drawn between the two numbers. */
function draft(
  name: string,
  kind: Kind,
  unitId: string,
  place: string,
  size: [number, number],
  daily: [number, number],
): Draft {
  return { name, kind: kind[0], theme: kind[1], purpose: kind[2], unitId, place, size, daily }
}

function streetDrafts(): Draft[] {
  const drafts: Draft[] = []
  let estate = 0
  for (const district of DISTRICTS) {
    district.streets.forEach((street, index) => {
      const unitId = `${district.id}-${index + 1}`
      for (let n = 0; n < 2; n++) {
        const place = ESTATES[estate++ % ESTATES.length]!
        for (let building = 1; building <= 6; building++) {
          drafts.push(
            draft(`${street}${place}${building}号楼服务群`, RESIDENTS, unitId, place, [60, 150], [40, 150]),
          )
        }
        drafts.push(draft(`${street}${place}业主通知群`, RESIDENTS, unitId, place, [110, 150], [60, 190]))
      }
      drafts.push(
        draft(`${street}工作群`, STAFF, unitId, street, [25, 60], [40, 110]),
        draft(`${street}便民热线群`, RESIDENTS, unitId, street, [90, 150], [50, 140]),
        draft(`${street}志愿服务群`, ['service', 'merchant', '志愿服务'], unitId, street, [30, 90], [20, 60]),
        draft(`${street}网格员群`, STAFF, unitId, street, [18, 40], [35, 90]),
        draft(`${street}专班临时群`, ['temporary', 'staff', '专项工作'], unitId, street, [6, 14], [4, 14]),
      )
    })
  }
  return drafts
}

function schoolAndClinicDrafts(): Draft[] {
  const drafts: Draft[] = []
  for (const [index, school] of SCHOOLS.entries()) {
    const unitId = `education-${(index % 3) + 1}`
    for (let grade = 1; grade <= 6; grade++) {
      drafts.push(
        draft(
          `${school}${grade}年级家长群`,
          ['service', 'school', '家校联系'],
          unitId,
          school,
          [70, 150],
          [40, 130],
        ),
      )
    }
    drafts.push(draft(`${school}教师群`, STAFF, unitId, school, [20, 50], [20, 60]))
  }
  for (const [index, clinic] of CLINICS.entries()) {
    const unitId = `health-${index === 3 ? 2 : 1}`
    for (const topic of ['预约咨询群', '慢病随访群', '疫苗接种群', '孕产服务群']) {
      drafts.push(
        draft(`${clinic}${topic}`, ['service', 'clinic', '就医服务'], unitId, clinic, [60, 150], [30, 90]),
      )
    }
    drafts.push(draft(`${clinic}值班群`, STAFF, unitId, clinic, [15, 35], [20, 60]))
  }
  return drafts
}

function bureauDrafts(): Draft[] {
  const drafts: Draft[] = []
  for (const [index, line] of LINES.entries()) {
    const unitId = `transit-${index < 3 ? 1 : 2}`
    drafts.push(
      draft(
        `云汀公交${line}乘客服务群`,
        ['service', 'transport', '乘客服务'],
        unitId,
        line,
        [80, 150],
        [40, 110],
      ),
      draft(`云汀公交${line}司乘群`, STAFF, unitId, line, [20, 45], [25, 70]),
    )
  }
  for (const [index, estate] of ESTATES.slice(0, 8).entries()) {
    const unitId = `water-${(index % 2) + 1}`
    drafts.push(
      draft(
        `云汀水务${estate}用户群`,
        ['service', 'estate', '供排水服务'],
        unitId,
        estate,
        [50, 130],
        [15, 45],
      ),
    )
  }
  for (const estate of ESTATES.slice(0, 10)) {
    drafts.push(
      draft(
        `云汀商户${estate}周边商户群`,
        ['service', 'merchant', '商户服务'],
        'market',
        estate,
        [40, 120],
        [25, 80],
      ),
    )
  }
  for (let n = 1; n <= 6; n++) {
    drafts.push(
      draft(
        `云汀市政务公众号${n}号粉丝群`,
        ['public', 'merchant', '公众号服务'],
        ROOT_UNIT,
        '云汀',
        [90, 150],
        [30, 90],
      ),
    )
  }
  return drafts
}

function members(
  random: Random,
  size: number,
  staffPool: string[],
  residentPool: string[],
  theme: DemoTheme,
): string[] {
  const pool = theme === 'staff' ? staffPool : residentPool
  const chosen = new Set<string>()
  // Some people are in several groups (a resident is also a parent), most are not.
  while (chosen.size < size)
    chosen.add(random.chance(0.15) ? random.pick(pool) : `m-${random.below(2 ** 31).toString(36)}`)
  return [...chosen]
}

/** The demo organisation: a tree of 20+ units and 300+ groups of all kinds. The same seed gives the same organisation. */
export function demoOrganisation(seed: number): DemoOrganisation {
  const random = createRandom(seed, 1)
  const staffPool = Array.from({ length: 600 }, (_, n) => `s-${(n * 7919 + seed).toString(36)}`)
  const residentPool = Array.from({ length: 6000 }, (_, n) => `r-${(n * 104_729 + seed).toString(36)}`)
  const groups = [...streetDrafts(), ...schoolAndClinicDrafts(), ...bureauDrafts()].map(
    (draft, index): DemoGroup => {
      const size = draft.size[0] + random.below(draft.size[1] - draft.size[0] + 1)
      const daily = draft.daily[0] + random.below(draft.daily[1] - draft.daily[0] + 1)
      const { name, kind, unitId, theme, purpose, place } = draft
      return {
        id: `g-${String(index + 1).padStart(5, '0')}`,
        name,
        kind,
        unitId,
        theme,
        purpose,
        place,
        size,
        daily,
        platform: random.pick(PLATFORMS),
        members: members(random, size, staffPool, residentPool, theme),
      }
    },
  )
  return { units: demoUnits(), groups }
}

/** One group in so many still has its real names to confirm: something is left to do in every register. */
const REAL_NAMES_TO_DO = 11

const csvCell = (value: string | number) =>
  /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)

/**
 * The two files that `guanlan register import` takes.
 * @param informedOn local day on which the members of every demo group were informed (YYYY-MM-DD)
 */
export function registerCsv(
  organisation: DemoOrganisation,
  informedOn: string,
): { units: string; groups: string } {
  const lines = (header: string[], rows: (string | number)[][]) =>
    [header, ...rows].map((row) => row.map(csvCell).join(',')).join('\n') + '\n'
  return {
    units: lines(
      ['id', 'name', 'parent_id', 'from_day'],
      organisation.units.map((unit) => [unit.id, unit.name, unit.parentId ?? '', informedOn]),
    ),
    groups: lines(
      [
        'id',
        'name',
        'kind',
        'unit_id',
        'from_day',
        'platform',
        'purpose',
        'state',
        'filed_on',
        'informed_on',
        'informed_how',
        'administrator_post',
        'administrator_from',
        'real_names_confirmed_on',
        'size',
      ],
      organisation.groups.map((group, i) => [
        group.id,
        group.name,
        group.kind,
        group.unitId,
        informedOn,
        group.platform,
        group.purpose,
        'filed',
        informedOn,
        informedOn,
        '群公告',
        '群管理员',
        informedOn,
        i % REAL_NAMES_TO_DO === 3 ? '' : informedOn,
        group.size,
      ]),
    ),
  }
}

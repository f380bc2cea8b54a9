import type { GroupDetail, GroupEdit, GroupKind } from '@guanlan/contract/register'

/** The form of a group: texts, empty where nothing is known. */
export interface GroupForm {
  id: string
  name: string
  kind: GroupKind
  unitId: string
  movedOn: string
  platform: string
  purpose: string
  size: string
  informedOn: string
  informedHow: string
  realNamesConfirmedOn: string
  expiresOn: string
  nextReviewOn: string
  posts: string[]
  /** Account that fills a post, by post; empty: nobody. */
  accounts: Record<string, string>
}

export function emptyGroup(unitId: string): GroupForm {
  return {
    id: '',
    name: '',
    kind: 'staff',
    unitId,
    movedOn: '',
    platform: '',
    purpose: '',
    size: '',
    informedOn: '',
    informedHow: '',
    realNamesConfirmedOn: '',
    expiresOn: '',
    nextReviewOn: '',
    posts: [''],
    accounts: {},
  }
}

/** The form as the register has the group now. */
export function formOf({ group, administrators }: GroupDetail): GroupForm {
  const current = administrators.filter(({ toDay }) => toDay === null)
  return {
    id: group.id,
    name: group.name,
    kind: group.kind,
    unitId: group.unitId,
    movedOn: '',
    platform: group.platform,
    purpose: group.purpose,
    size: group.size === null ? '' : String(group.size),
    informedOn: group.informedOn ?? '',
    informedHow: group.informedHow,
    realNamesConfirmedOn: group.realNamesConfirmedOn ?? '',
    expiresOn: group.expiresOn ?? '',
    nextReviewOn: group.nextReviewOn ?? '',
    posts: current.length === 0 ? [''] : current.map(({ post }) => post),
    accounts: Object.fromEntries(current.map(({ post, userId }) => [post, userId ?? ''])),
  }
}

const day = (text: string) => (text === '' ? null : text)

/** What is sent; posts that were left empty are none. */
export function editOf(form: GroupForm): GroupEdit {
  const posts = [...new Set(form.posts.map((post) => post.trim()).filter((post) => post !== ''))]
  return {
    name: form.name.trim(),
    kind: form.kind,
    unitId: form.unitId,
    ...(form.movedOn === '' ? {} : { movedOn: form.movedOn }),
    platform: form.platform.trim(),
    purpose: form.purpose.trim(),
    informedOn: day(form.informedOn),
    informedHow: form.informedHow.trim(),
    realNamesConfirmedOn: day(form.realNamesConfirmedOn),
    expiresOn: day(form.expiresOn),
    nextReviewOn: day(form.nextReviewOn),
    size: form.size.trim() === '' ? null : Number(form.size),
    administratorPosts: posts,
    administratorAccounts: Object.fromEntries(posts.map((post) => [post, form.accounts[post] || null])),
  }
}

/** Key below `register.need` of the first thing that a draft cannot do without, or undefined. */
export function missingOf(form: GroupForm): string | undefined {
  if (!/^[A-Za-z0-9._:-]{1,64}$/.test(form.id.trim())) return 'id'
  if (form.name.trim() === '') return 'name'
  if (form.unitId === '') return 'unit'
  if (form.size.trim() !== '' && !/^\d{1,7}$/.test(form.size.trim())) return 'size'
  if (form.informedOn !== '' && form.informedHow.trim() === '') return 'how'
  return undefined
}

import { getMigrations } from 'better-auth/db/migration'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from '@guanlan/contract/errors'
import { LOCK_AFTER_FAILURES, LOCK_MS } from '@guanlan/server/identity/sign-in-throttle'
import type { TestRegister } from '../helpers/register.ts'
import { startRegister } from '../helpers/register.ts'

const PASSWORD = 'vier blaue Kraniche im Regen'
let at: TestRegister

beforeAll(async () => {
  at = await startRegister()
})
afterAll(() => at.stop())

const request = (cookie?: string) => ({
  headers: cookie === undefined ? {} : { cookie },
  address: '127.0.0.1',
})
const cookieOf = (cookies: readonly string[]) => cookies.map((cookie) => cookie.split(';')[0]).join('; ')
const create = (email: string, role: 'duty' | 'leader' | 'sysadmin' = 'duty', unitId = 'north') =>
  at.identity.accounts.create('cli', {
    email,
    name: 'Somebody',
    grants: [{ role, unitId }],
    password: PASSWORD,
  })
const signIn = (email: string, password = PASSWORD, cookie?: string) =>
  at.identity.sessions.signIn({ email, password }, request(cookie))
async function failure(work: Promise<unknown>): Promise<{ code: string; detail: string | undefined }> {
  try {
    await work
  } catch (error) {
    if (isAppError(error)) return { code: error.code, detail: error.detail }
    throw error
  }
  throw new Error('it was not refused')
}

describe('the schema of accounts', () => {
  it('is what the library asks for, nothing more to create or add', async () => {
    const wanted = await getMigrations(at.identity.auth.options)
    expect(wanted.toBeCreated).toEqual([])
    expect(wanted.toBeAdded).toEqual([])
    expect(wanted.toBeAddedIndexes).toEqual([])
  })
})

describe('sign-in', () => {
  it('gives a session of the account with its roles, in a cookie that scripts and other sites cannot use', async () => {
    await create('duty@city.example')
    const { status, cookies } = await signIn('Duty@City.example')
    expect(status).toBe('signed-in')
    const session = cookies.find((cookie) => cookie.startsWith('guanlan.session_token='))
    expect(session).toMatch(/HttpOnly/i)
    expect(session).toMatch(/SameSite=Strict/i)
    const actor = await at.identity.actorFromHeaders({ cookie: cookieOf(cookies) })
    expect(actor).toMatchObject({
      kind: 'user',
      email: 'duty@city.example',
      grants: [{ role: 'duty', unitId: 'north' }],
    })
  })

  it('answers the same for an unknown account, a wrong password and a disabled account', async () => {
    const account = await create('same@city.example')
    const wrong = await failure(signIn('same@city.example', 'not the password at all'))
    expect(wrong.code).toBe('unauthenticated')
    expect(await failure(signIn('nobody@city.example', 'not the password at all'))).toEqual(wrong)
    expect(await failure(signIn('not an address', 'not the password at all'))).toEqual(wrong)
    await at.identity.accounts.setDisabled('cli', account.id, true)
    expect(await failure(signIn('same@city.example'))).toEqual(wrong)
  })

  it('locks after ten wrong passwords in a row, known account or not, and opens again', async () => {
    await create('locked@city.example')
    for (const email of ['locked@city.example', 'unknown@city.example']) {
      for (let tries = 0; tries < LOCK_AFTER_FAILURES; tries += 1) {
        expect((await failure(signIn(email, `wrong ${tries}`))).code).toBe('unauthenticated')
      }
      expect((await failure(signIn(email))).code).toBe('too_many_requests')
    }
    at.clock.advance(LOCK_MS)
    expect((await signIn('locked@city.example')).status).toBe('signed-in')
    expect((await failure(signIn('unknown@city.example'))).code).toBe('unauthenticated')
  })

  it('never adopts a session that came with the request, and ends it', async () => {
    await create('victim@city.example')
    await create('attacker@city.example')
    const planted = cookieOf((await signIn('attacker@city.example')).cookies)
    const own = cookieOf((await signIn('victim@city.example', PASSWORD, planted)).cookies)
    expect(own).not.toBe(planted)
    expect(await at.identity.actorFromHeaders({ cookie: planted })).toBeUndefined()
    expect(await at.identity.actorFromHeaders({ cookie: own })).toMatchObject({
      email: 'victim@city.example',
    })
    const made = 'guanlan.session_token=abcdefghijklmnopqrstuvwxyz012345.c2lnbmF0dXJl'
    expect(await at.identity.actorFromHeaders({ cookie: made })).toBeUndefined()
    expect(cookieOf((await signIn('victim@city.example', PASSWORD, made)).cookies)).not.toContain(
      'abcdefghij',
    )
  })

  it('refuses a changed cookie and one that was signed out', async () => {
    await create('out@city.example')
    const cookie = cookieOf((await signIn('out@city.example')).cookies)
    expect(
      await at.identity.actorFromHeaders({
        cookie: cookie.replace(/=(.)/, (_all, c: string) => `=${c === 'a' ? 'b' : 'a'}`),
      }),
    ).toBeUndefined()
    const clearing = await at.identity.sessions.signOut({ cookie })
    expect(clearing.join()).toMatch(/Max-Age=0/i)
    expect(await at.identity.actorFromHeaders({ cookie })).toBeUndefined()
  })

  it('has no open sign-up', async () => {
    const body = { email: 'new@city.example', password: PASSWORD, name: 'New' }
    await expect(at.identity.auth.api.signUpEmail({ body })).rejects.toMatchObject({ statusCode: 400 })
  })
})

describe('accounts', () => {
  it('ends every session when roles, password or state change', async () => {
    const account = await create('change@city.example')
    const changes = [
      () => at.identity.accounts.setGrants('cli', account.id, [{ role: 'leader', unitId: 'city' }]),
      () => at.identity.accounts.setPassword('cli', account.id, PASSWORD),
      () => at.identity.accounts.setDisabled('cli', account.id, true),
    ]
    for (const change of changes) {
      const cookie = cookieOf((await signIn('change@city.example')).cookies)
      expect(await at.identity.actorFromHeaders({ cookie })).toBeDefined()
      await change()
      expect(await at.identity.actorFromHeaders({ cookie })).toBeUndefined()
    }
    expect(at.identity.accounts.grantsOf(account.id)).toEqual([{ role: 'leader', unitId: 'city' }])
  })

  it('makes a password when none is given, shows it once and stores argon2id', async () => {
    const made = await at.identity.accounts.create('cli', {
      email: 'made@city.example',
      name: 'Made',
      grants: [],
    })
    expect((await signIn('made@city.example', made.password ?? '')).status).toBe('signed-in')
    const rows = await at.postgres.query<{ password: string }>(
      'SELECT password FROM auth_account WHERE "userId" = $1',
      [made.id],
    )
    expect(rows[0]?.password).toMatch(/^\$argon2id\$/)
    expect(JSON.stringify(await at.identity.accounts.list())).not.toContain(made.password)
  })

  it.each([
    ['short', 'Tr0ub4dor&3'],
    ['repeated', 'abcabcabcabcabcabc'],
    ['the address', 'pass@city.example1'],
  ])('refuses a password that is %s', async (_why, password) => {
    const request = { email: 'pass@city.example', name: 'Pass', grants: [], password }
    expect((await failure(at.identity.accounts.create('cli', request))).code).toBe('unprocessable')
  })

  it('writes nothing when a role names a unit that does not exist, or the address is taken', async () => {
    const request = {
      email: 'half@city.example',
      name: 'Half',
      grants: [{ role: 'duty' as const, unitId: 'nowhere' }],
      password: PASSWORD,
    }
    expect((await failure(at.identity.accounts.create('cli', request))).code).toBe('unprocessable')
    expect((await at.identity.accounts.list()).some((account) => account.email === 'half@city.example')).toBe(
      false,
    )
    await create('twice@city.example')
    expect((await failure(create('TWICE@city.example'))).code).toBe('conflict')
  })
})

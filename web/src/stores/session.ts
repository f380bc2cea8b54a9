import type { Me } from '@guanlan/contract/account'
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '../api/client.ts'
import { dropDisplayToken } from '../api/display-token.ts'
import { isApiFailure } from '../api/http.ts'

/** `unreachable`: no answer from the server, so nobody knows whether the session still holds. */
export type SessionState = 'unknown' | 'in' | 'out' | 'unreachable'

export const useSession = defineStore('session', () => {
  const state = ref<SessionState>('unknown')
  const me = ref<Me | null>(null)

  /** Asks the server who is signed in. Never rejects. */
  async function refresh(): Promise<SessionState> {
    try {
      me.value = await api.me()
      state.value = 'in'
    } catch (error) {
      const signedOut = isApiFailure(error) && (error.status === 401 || error.status === 403)
      if (signedOut) me.value = null
      state.value = signedOut ? 'out' : 'unreachable'
    }
    return state.value
  }

  /** `second-factor`: the code is still owed. Rejects with ApiFailure when the account is not taken. */
  async function signIn(email: string, password: string): Promise<'signed-in' | 'second-factor'> {
    dropDisplayToken()
    const { status } = await api.signIn(email, password)
    if (status === 'signed-in') await refresh()
    return status
  }

  /** Rejects with ApiFailure when the code is not taken. */
  async function confirm(code: string): Promise<void> {
    await api.secondFactor(code)
    await refresh()
  }

  /** Keeps the language with the account; a display or a failed call changes this screen only. */
  async function keepLocale(locale: 'zh-CN' | 'en'): Promise<void> {
    if (me.value?.kind === 'user') me.value = await api.changeLocale(locale).catch(() => me.value)
  }

  async function signOut(): Promise<void> {
    await api.signOut().catch(() => undefined)
    dropDisplayToken()
    me.value = null
    state.value = 'out'
  }

  return { state, me, refresh, signIn, confirm, keepLocale, signOut }
})

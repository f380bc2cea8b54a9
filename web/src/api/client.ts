import {
  changeMeEndpoint,
  meEndpoint,
  scopesEndpoint,
  secondFactorEndpoint,
  signInEndpoint,
  signOutEndpoint,
  taxonomyEndpoint,
} from '@guanlan/contract/endpoints/session'
import { displayToken } from './display-token.ts'
import { createCall } from './http.ts'

export const call = createCall(
  (input, init) => fetch(input, init),
  () => displayToken(),
)

/** Every HTTP operation that the screens call. */
export const api = {
  signIn: (email: string, password: string) => call(signInEndpoint, { email, password }),
  secondFactor: (code: string) => call(secondFactorEndpoint, { code }),
  signOut: () => call(signOutEndpoint),
  me: () => call(meEndpoint),
  changeLocale: (locale: 'zh-CN' | 'en') => call(changeMeEndpoint, { locale }),
  scopes: () => call(scopesEndpoint),
  categories: async () => (await call(taxonomyEndpoint)).categories,
}

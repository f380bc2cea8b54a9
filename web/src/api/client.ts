import { Me, type SignIn } from '@guanlan/contract/account'
import { ScopeTree } from '@guanlan/contract/register'
import { Category } from '@guanlan/contract/taxonomy'
import { z } from 'zod'
import { displayToken } from './display-token.ts'
import { createHttp } from './http.ts'

const http = createHttp(
  (input, init) => fetch(input, init),
  () => displayToken(),
)

const Taxonomy = z.object({ categories: z.array(Category) })

/** Every HTTP operation that the screens call. */
export const api = {
  signIn: (input: SignIn) => http.post('/api/v1/session', input),
  signOut: () => http.delete('/api/v1/session'),
  me: () => http.get('/api/v1/me', Me),
  scopes: () => http.get('/api/v1/scopes', ScopeTree),
  categories: async () => (await http.get('/api/v1/taxonomy', Taxonomy)).categories,
}

import type { Role } from '@guanlan/contract/account'
import { computed } from 'vue'
import { useSession } from '../stores/session.ts'

/** Whether the account holds one of these roles anywhere; the server decides about each scope. */
export function useRoles(...roles: Role[]) {
  const session = useSession()
  return computed(() => (session.me?.grants ?? []).some((grant) => roles.includes(grant.role)))
}

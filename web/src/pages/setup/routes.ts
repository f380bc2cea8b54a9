import type { RouteRecordRaw } from 'vue-router'

/** What a one-time link opens: the first account, an invitation, a new password. */
export const welcomeRoute: RouteRecordRaw = {
  path: '/welcome',
  alias: '/first-run',
  name: 'welcome',
  component: () => import('./WelcomePage.vue'),
  meta: { open: true },
}

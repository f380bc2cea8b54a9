import type { RouteRecordRaw } from 'vue-router'

/** What system administrators do: accounts, keys, walls, data protection, first steps. */
export const manageRoutes: RouteRecordRaw = {
  path: 'manage',
  component: () => import('./ManageLayout.vue'),
  children: [
    { path: '', redirect: { name: 'accounts' } },
    { path: 'accounts', name: 'accounts', component: () => import('./AccountsPage.vue') },
    { path: 'keys', name: 'keys', component: () => import('./KeysPage.vue') },
    { path: 'walls', name: 'wall-tokens', component: () => import('./WallsPage.vue') },
    { path: 'start', name: 'first-steps', component: () => import('../setup/FirstStepsPage.vue') },
  ],
}

/** Open to every account: the own one, and what this installation holds. */
export const everyoneRoutes: RouteRecordRaw[] = [
  { path: 'account', name: 'own-account', component: () => import('./OwnAccountPage.vue') },
  { path: 'protection', name: 'protection', component: () => import('../audit/ProtectionPage.vue') },
]

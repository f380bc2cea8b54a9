import type { RouteRecordRaw } from 'vue-router'

export const auditRoutes: RouteRecordRaw = {
  path: 'audit',
  component: () => import('./AuditLayout.vue'),
  children: [
    { path: '', name: 'audit', component: () => import('./AuditPage.vue') },
    { path: 'chain', name: 'audit-chain', component: () => import('./ChainPage.vue') },
    { path: 'exports', name: 'audit-exports', component: () => import('./ExportsPage.vue') },
  ],
}

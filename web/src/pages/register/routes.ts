import type { RouteRecordRaw } from 'vue-router'

export const registerRoutes: RouteRecordRaw = {
  path: 'register',
  component: () => import('./RegisterLayout.vue'),
  children: [
    { path: '', name: 'groups', component: () => import('./GroupsPage.vue') },
    { path: 'findings', name: 'findings', component: () => import('./FindingsPage.vue') },
    { path: 'units', name: 'units', component: () => import('./UnitsPage.vue') },
    { path: 'burden', name: 'burden', component: () => import('./BurdenPage.vue') },
    { path: 'returns', name: 'returns', component: () => import('./ReturnsPage.vue') },
    { path: 'policies', name: 'group-policies', component: () => import('./GroupPoliciesPage.vue') },
    { path: 'import', name: 'register-import', component: () => import('./ImportPage.vue') },
    {
      path: 'new',
      name: 'group-new',
      component: () => import('./GroupEditPage.vue'),
      meta: { tab: 'groups' },
    },
    {
      path: 'groups/:id',
      name: 'group',
      component: () => import('./GroupPage.vue'),
      props: true,
      meta: { tab: 'groups' },
    },
    {
      path: 'groups/:id/edit',
      name: 'group-edit',
      component: () => import('./GroupEditPage.vue'),
      props: true,
      meta: { tab: 'groups' },
    },
    {
      path: 'groups/:id/health',
      name: 'group-health',
      component: () => import('./GroupHealthPage.vue'),
      props: true,
      meta: { tab: 'groups' },
    },
  ],
}

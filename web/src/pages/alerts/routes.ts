import type { RouteRecordRaw } from 'vue-router'

export const alertRoutes: RouteRecordRaw = {
  path: 'alerts',
  component: () => import('./AlertsLayout.vue'),
  meta: { figures: true },
  children: [
    { path: '', name: 'alerts', component: () => import('./DutyDeskPage.vue') },
    { path: 'rules', name: 'alert-rules', component: () => import('./RulesPage.vue') },
    {
      path: 'rules/new',
      name: 'alert-rule-new',
      component: () => import('./RulePage.vue'),
      meta: { tab: 'alert-rules' },
    },
    {
      path: 'rules/:id',
      name: 'alert-rule',
      component: () => import('./RulePage.vue'),
      props: true,
      meta: { tab: 'alert-rules' },
    },
    { path: 'rosters', name: 'alert-rosters', component: () => import('./RostersPage.vue') },
    { path: 'policies', name: 'alert-policies', component: () => import('./PoliciesPage.vue') },
    { path: 'silences', name: 'alert-silences', component: () => import('./SilencesPage.vue') },
    { path: 'measures', name: 'alert-measures', component: () => import('./MeasuresPage.vue') },
    { path: '/me/channels', name: 'own-channels', component: () => import('./ChannelsPage.vue') },
    {
      path: ':id',
      name: 'alert',
      component: () => import('./AlertPage.vue'),
      props: true,
      meta: { tab: 'alerts' },
    },
  ],
}

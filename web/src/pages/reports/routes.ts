import type { RouteRecordRaw } from 'vue-router'

export const reportRoutes: RouteRecordRaw = {
  path: 'reports',
  component: () => import('./ReportsLayout.vue'),
  meta: { figures: true },
  children: [
    { path: '', name: 'reports', component: () => import('./ReportsPage.vue') },
    { path: 'actions', name: 'report-actions', component: () => import('./ReportActionsPage.vue') },
    { path: 'plans', name: 'report-plans', component: () => import('./ReportPlansPage.vue') },
    {
      path: ':id',
      name: 'report',
      component: () => import('./ReportPage.vue'),
      props: true,
      meta: { tab: 'reports' },
    },
    {
      path: ':id/brief',
      name: 'report-brief',
      component: () => import('./ReportBriefPage.vue'),
      props: true,
      meta: { tab: 'reports' },
    },
  ],
}

/** Without the shell: nothing but the report on the meeting room's screen. */
export const presentRoute: RouteRecordRaw = {
  path: '/reports/:id/present',
  name: 'report-present',
  component: () => import('./ReportPresentPage.vue'),
  props: true,
  meta: { figures: true },
}

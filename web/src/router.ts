import type { Grant } from '@guanlan/contract/account'
import {
  type RouteLocationNormalized,
  type RouteLocationRaw,
  createRouter,
  createWebHistory,
} from 'vue-router'
import { keepDisplayToken } from './api/display-token.ts'
import { setLocale, storedLocale } from './i18n/index.ts'
import { everyoneRoutes, manageRoutes } from './pages/access/routes.ts'
import { alertRoutes } from './pages/alerts/routes.ts'
import { auditRoutes } from './pages/audit/routes.ts'
import { registerRoutes } from './pages/register/routes.ts'
import { presentRoute, reportRoutes } from './pages/reports/routes.ts'
import { welcomeRoute } from './pages/setup/routes.ts'
import { useLabels } from './stores/labels.ts'
import { useSession } from './stores/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Opens without a session. */
    open?: boolean
    /** Shows figures: needs an account with a home scope. */
    figures?: boolean
    /** Name of the tab that this page lies below. */
    tab?: string
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/sign-in',
      name: 'sign-in',
      component: () => import('./pages/SignInPage.vue'),
      meta: { open: true },
    },
    welcomeRoute,
    { path: '/wall', name: 'wall', component: () => import('./pages/WallPage.vue'), meta: { figures: true } },
    presentRoute,
    {
      path: '/',
      component: () => import('./pages/AppShell.vue'),
      children: [
        { path: '', redirect: { name: 'overview' } },
        {
          path: 'overview',
          name: 'overview',
          component: () => import('./pages/OverviewPage.vue'),
          meta: { figures: true },
        },
        {
          path: 'topics',
          name: 'topics',
          component: () => import('./pages/TopicsPage.vue'),
          meta: { figures: true },
        },
        {
          path: 'topics/:id',
          name: 'topic',
          component: () => import('./pages/TopicPage.vue'),
          meta: { figures: true },
        },
        {
          path: 'risk',
          name: 'risk',
          component: () => import('./pages/RiskPage.vue'),
          meta: { figures: true },
        },
        {
          path: 'words',
          name: 'words',
          component: () => import('./pages/WordsPage.vue'),
          meta: { figures: true },
        },
        alertRoutes,
        registerRoutes,
        reportRoutes,
        manageRoutes,
        auditRoutes,
        ...everyoneRoutes,
        {
          path: 'no-access',
          name: 'no-access',
          component: () => import('./pages/MessagePage.vue'),
          props: { kind: 'no-access' },
        },
        {
          path: ':rest(.*)*',
          name: 'not-found',
          component: () => import('./pages/MessagePage.vue'),
          props: { kind: 'not-found' },
        },
      ],
    },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
})

/** Takes a display token out of the address before anything can show, log or copy it. */
function takeToken(to: RouteLocationNormalized): RouteLocationRaw | undefined {
  const { token, ...query } = to.query
  if (typeof token !== 'string' || to.name !== 'wall') return undefined
  keepDisplayToken(token)
  useSession().state = 'unknown'
  return { name: 'wall', query, replace: true }
}

const RETRY_MS = 3_000

/** Who is signed in; waits for a server that does not answer, as a wall must start by itself after a power cut. */
async function ready(): Promise<'in' | 'out'> {
  const session = useSession()
  if (session.state === 'in') return 'in'
  let state = await session.refresh()
  while (state !== 'in' && state !== 'out') {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    state = await session.refresh()
  }
  if (state === 'in') {
    if (storedLocale() === undefined && session.me !== null) setLocale(session.me.locale, false)
    await useLabels().load()
  }
  return state
}

/** Where an account starts that sees no figures: with what it is there for. */
function startOf(grants: readonly Grant[]): string {
  const roles = grants.map(({ role }) => role)
  if (roles.includes('sysadmin')) return 'first-steps'
  return roles.includes('auditor') ? 'audit' : 'no-access'
}

router.beforeEach(async (to) => {
  const clean = takeToken(to)
  if (clean !== undefined) return clean
  if (to.meta.open === true) return true
  if ((await ready()) === 'out')
    return { name: 'sign-in', query: to.redirectedFrom?.path === '/' ? {} : { next: to.fullPath } }
  const { me } = useSession()
  const wallOnly =
    me?.kind === 'display' ||
    (me?.grants.length !== 0 && me?.grants.every((grant) => grant.role === 'display') === true)
  if (wallOnly && to.name !== 'wall') return { name: 'wall' }
  if (to.meta.figures === true && (me?.home ?? null) === null) {
    return { name: to.redirectedFrom?.path === '/' ? startOf(me?.grants ?? []) : 'no-access' }
  }
  return true
})

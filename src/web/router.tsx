import type { QueryClient } from '@tanstack/react-query';
import {
  type AsyncRouteComponent,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { PANEL_NAMES, type PanelName } from './call/panel-names.js';
import { readCallsSearch } from './calls/calls-search.js';
import { sessionQuery } from './session.js';
import { Shell } from './shell/shell.js';
import { Failed, NotFound, Waiting } from './shell/states.js';

interface RouterContext {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet });

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Where to go after logging in: a path of this app, never another site. */
function pathOf(value: unknown): string | undefined {
  const path = text(value);
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined;
}

function secondsOf(value: unknown): number | undefined {
  const seconds = Number(text(value) ?? value ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

const logIn = createRoute({
  getParentRoute: () => root,
  path: '/log-in',
  validateSearch: (search: Record<string, unknown>): { to?: string | undefined; fault?: string | undefined } => ({
    to: pathOf(search.to),
    fault: text(search.fault),
  }),
  component: lazyRouteComponent(() => import('./log-in/log-in-page.js'), 'LogInPage'),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(() => import('./log-in/forgot-page.js'), 'ForgotPage'),
});

const password = createRoute({
  getParentRoute: () => root,
  path: '/password',
  component: lazyRouteComponent(() => import('./log-in/password-page.js'), 'PasswordPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./log-in/setup-page.js'), 'SetupPage'),
});

const demo = createRoute({
  getParentRoute: () => root,
  path: '/demo',
  component: lazyRouteComponent(() => import('./log-in/demo-page.js'), 'DemoPage'),
});

/** One call, for whoever has the link. */
const shared = createRoute({
  getParentRoute: () => root,
  path: '/shared/$token',
  component: lazyRouteComponent(() => import('./call/shared-page.js'), 'SharedPage'),
});

/** One clip, for whoever has the link. */
const sharedClip = createRoute({
  getParentRoute: () => root,
  path: '/shared/clips/$token',
  component: lazyRouteComponent(() => import('./library/shared-clip-page.js'), 'SharedClipPage'),
});

/** Pages for those who have logged in; others log in first, and come back to the page. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/log-in', search: { to: location.href } });
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/calls' });
  },
});

const calls = createRoute({
  getParentRoute: () => inside,
  path: '/calls',
  validateSearch: readCallsSearch,
  component: lazyRouteComponent(() => import('./calls/calls-page.js'), 'CallsPage'),
});

const panelOf = (value: unknown): PanelName | undefined => PANEL_NAMES.find((name) => name === value);

const upload = createRoute({
  getParentRoute: () => inside,
  path: '/calls/upload',
  component: lazyRouteComponent(() => import('./upload/upload-page.js'), 'UploadPage'),
});

/** `t` is the second to go to, `panel` what is shown beside the words. */
const call = createRoute({
  getParentRoute: () => inside,
  path: '/calls/$callId',
  validateSearch: (search: Record<string, unknown>): { t?: number | undefined; panel?: PanelName | undefined } => ({
    t: secondsOf(search.t),
    panel: panelOf(search.panel),
  }),
  component: lazyRouteComponent(() => import('./call/call-page.js'), 'CallPage'),
});

/** `show` is `unread`, or nothing for all. */
const inbox = createRoute({
  getParentRoute: () => inside,
  path: '/inbox',
  validateSearch: (search: Record<string, unknown>): { show?: string | undefined } => ({ show: text(search.show) }),
  component: lazyRouteComponent(() => import('./inbox/inbox-page.js'), 'InboxPage'),
});

/** Which list a page of several shows. */
const ofTabs = (search: Record<string, unknown>): { tab?: string | undefined } => ({ tab: text(search.tab) });

const coaching = createRoute({
  getParentRoute: () => inside,
  path: '/coaching',
  validateSearch: ofTabs,
  component: lazyRouteComponent(() => import('./coaching/coaching-page.js'), 'CoachingPage'),
});

const insights = createRoute({
  getParentRoute: () => inside,
  path: '/insights',
  component: lazyRouteComponent(() => import('./insights/insights-page.js'), 'InsightsPage'),
});

const admin = createRoute({
  getParentRoute: () => inside,
  path: '/admin',
  validateSearch: ofTabs,
  component: lazyRouteComponent(() => import('./admin/admin-page.js'), 'AdminPage'),
});

interface LibrarySearch {
  tab?: 'playlists' | 'clips' | undefined;
  whose?: 'mine' | 'shared' | undefined;
  q?: string | undefined;
}

const library = createRoute({
  getParentRoute: () => inside,
  path: '/library',
  validateSearch: ({ tab, whose, q }: Record<string, unknown>): LibrarySearch => ({
    tab: tab === 'clips' ? tab : undefined,
    whose: whose === 'mine' || whose === 'shared' ? whose : undefined,
    q: text(q),
  }),
  component: lazyRouteComponent(() => import('./library/library-page.js'), 'LibraryPage'),
});

const clip = createRoute({
  getParentRoute: () => inside,
  path: '/library/clips/$clipId',
  component: lazyRouteComponent(() => import('./library/clip-page.js'), 'ClipPage'),
});

/** `item` is the one that is played. */
const playlist = createRoute({
  getParentRoute: () => inside,
  path: '/library/playlists/$playlistId',
  validateSearch: (search: Record<string, unknown>): { item?: string | undefined } => ({ item: text(search.item) }),
  component: lazyRouteComponent(() => import('./library/playlist-page.js'), 'PlaylistPage'),
});

const profile = createRoute({
  getParentRoute: () => inside,
  path: '/profile',
  component: lazyRouteComponent(() => import('./profile/profile-page.js'), 'ProfilePage'),
});

/** Any other path. */
const nowhere = createRoute({ getParentRoute: () => inside, path: '$', component: NotFound });

const tree = root.addChildren([
  logIn,
  forgot,
  password,
  setup,
  demo,
  shared,
  sharedClip,
  inside.addChildren([
    ...[home, calls, upload, call, library, clip, playlist, inbox, coaching, insights, admin, profile, nowhere],
  ]),
]);

/** Search parameters are plain text: the router's own reading takes `+phone` or `12345e67` for something else. */
const parseSearch = (search: string) => Object.fromEntries(new URLSearchParams(search));
function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

export function createAppRouter(queryClient: QueryClient) {
  const router = createRouter({
    routeTree: tree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: Waiting,
    defaultErrorComponent: Failed,
    defaultNotFoundComponent: NotFound,
  });
  // The page's code comes while the server is asked who has logged in.
  void queryClient.prefetchQuery(sessionQuery);
  const [, , found] = router.getMatchedRoutes(router.latestLocation.pathname);
  void (found?.options.component as AsyncRouteComponent<object> | undefined)?.preload?.();
  return router;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

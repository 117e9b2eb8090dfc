import type { Role } from '../../contract/access.js';

const PAGES = [
  { to: '/calls', label: 'Calls' },
  { to: '/library', label: 'Library' },
  { to: '/coaching', label: 'Coaching' },
  { to: '/insights', label: 'Insights' },
  { to: '/admin', label: 'Admin' },
] as const;

/** The pages of people with a role, in the order of the navigation. */
export function pagesFor(role: Role | undefined): readonly (typeof PAGES)[number][] {
  return PAGES.filter(({ to }) => to !== '/admin' || role === 'admin');
}

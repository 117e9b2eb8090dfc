/** The pages of the navigation. */
export const PAGES = [
  { to: '/calls', label: 'Calls' },
  { to: '/library', label: 'Library' },
  { to: '/coaching', label: 'Coaching' },
  { to: '/insights', label: 'Insights' },
  { to: '/admin', label: 'Admin' },
] as const;

import type { PlaylistItem } from '../../contract/playlists.js';

/** What an item of a playlist is called: a clip by its title, a call by who made it. */
export function titleOf({ title, callerName }: Pick<PlaylistItem, 'title' | 'callerName'>): string {
  return title ?? (callerName === null ? 'A call' : `Call of ${callerName}`);
}

import { useState } from 'react';

function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(history.state, '', location.pathname);
  return token;
}

/** The token of the link that led here. It is taken out of the address, which others may see or the browser remember. */
export function useLinkToken(): string | null {
  const [token] = useState(takeToken);
  return token;
}

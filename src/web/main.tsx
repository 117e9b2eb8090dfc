import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { statusOf } from './api.js';
import { LogInAgainPlace } from './log-in/log-in-again-place.js';
import { createAppRouter } from './router.js';
import { ToastPlace } from './shell/toast-place.js';
import './styles.js';
import { readableColors, theme } from './theme.js';

/** The nonce that this page's own styles carry: its Content-Security-Policy takes no others. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
// Dialogs put a style into the page that holds its scrolling; Mantine does not hand them the nonce.
setNonce(nonce);

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The client itself repeats what may succeed the next time; what was refused stays refused.
      retry: (count, error) => statusOf(error) === null && count < 2,
      refetchOnWindowFocus: true,
      staleTime: 10_000,
    },
  },
});

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={readableColors}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={createAppRouter(queryClient)} />
        <LogInAgainPlace />
        <ToastPlace />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

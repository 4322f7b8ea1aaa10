// First, because it sets up React's refresh for all modules after it; the build drops it.
import '@vitejs/plugin-react/preamble'
import './styles/tokens.css'
import './styles/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { loadLanguage } from './language.ts'
import { fetchViews, router } from './router.ts'
import { queryClient, sessionQuery, untilRead, watchSession } from './session.ts'
import { showTheme } from './theme.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')

showTheme()
watchSession()
// While the code of the view is on its way, which shows what comes of it, or why nothing did.
queryClient.query(sessionQuery).catch(() => undefined)
// By a server of sources each view is many modules, and one that has a mistake is told where it is shown.
if (import.meta.env.PROD) void untilRead().then(fetchViews)
await loadLanguage()
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)

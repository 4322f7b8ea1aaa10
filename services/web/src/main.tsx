// First, because it sets up React's refresh for all modules after it; the build drops it.
import '@vitejs/plugin-react/preamble'
import './styles/tokens.css'
import './styles/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { loadLanguage } from './language.ts'
import { router } from './router.ts'
import { queryClient } from './session.ts'
import { showTheme } from './theme.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')

showTheme()
await loadLanguage()
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)

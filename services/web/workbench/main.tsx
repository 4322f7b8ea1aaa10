// First, because it sets up React's refresh for all modules after it.
import '@vitejs/plugin-react/preamble'
import '../src/styles/tokens.css'
import '../src/styles/base.css'
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { loadLanguage } from '../src/language.ts'
import { Workbench } from './workbench.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')

// A link of a sample leads nowhere, but has to be one.
const router = createRouter({
  routeTree: createRootRoute({ component: Workbench, notFoundComponent: Workbench }),
  history: createMemoryHistory(),
})

await loadLanguage()
createRoot(root).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
)

// Runs in the developer's browser, before the page's own code.
export {}

/** What the api's stand-in says in the place of the api. */
interface CodeError {
  code: 'code_error'
  /** Begins with the place, if it is known. */
  message: string
  file?: string
  line?: number
  column?: number
}

const ASK_AGAIN_MS = 500
const send = window.fetch.bind(window)

let shown: HTMLElement | undefined
let text: string | undefined

/** The error that an answer of the api tells of its code, or undefined. */
async function codeError(response: Response): Promise<CodeError | undefined> {
  if (response.status !== 503) return undefined
  const answer = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { error?: { code?: string } } | undefined
  return answer?.error?.code === 'code_error' ? (answer.error as CodeError) : undefined
}

async function show({ message, file, line, column }: CodeError): Promise<void> {
  if (message === text) return
  text = message
  // In which Vite's client shows errors of the page's own code.
  const ErrorOverlay = await customElements.whenDefined('vite-error-overlay')
  shown?.remove()
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  shown = new ErrorOverlay({
    plugin: 'the api does not run',
    message: place === '' ? message : message.slice(place.length + 2),
    id: place || 'See ./dway logs api',
    stack: 'The next good save starts the api again, and then this page.',
  })
  document.body.append(shown)
}

/** Asks until the api runs, then loads the page as if nothing had been. */
async function untilItRuns(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    const response = await send('/api/me').catch(() => undefined)
    const error = response && (await codeError(response))
    if (error) await show(error)
    else if (response && response.status !== 503) {
      location.reload()
      return
    }
  }
}

window.fetch = async (...question) => {
  const response = await send(...question)
  const error = await codeError(response)
  if (error) {
    if (text === undefined) void untilItRuns()
    await show(error)
  }
  return response
}

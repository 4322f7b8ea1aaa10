import type { CDPSession, Page } from 'playwright-core'

/** What is asked there is carried out, but no answer arrives, until the session is detached. */
export async function loseAnswers(page: Page, urlPattern: string): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  session.on('Fetch.requestPaused', ({ requestId }) => {
    void session.send('Fetch.failRequest', { requestId, errorReason: 'ConnectionClosed' })
  })
  await session.send('Fetch.enable', { patterns: [{ urlPattern, requestStage: 'Response' }] })
  return session
}

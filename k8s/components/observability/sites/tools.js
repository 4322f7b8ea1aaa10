// The tools are at names beside this page's own, on the same port; Tilt alone is elsewhere.
const { hostname, port } = location
const bank = hostname.replace(/^tools\./, '')
const originOf = (name) => `https://${name}${port === '' ? '' : `:${port}`}`

const say = (item, state, text) => {
  item.dataset.state = state
  item.querySelector('output').value = text
}

async function look(item) {
  const { tool } = item.dataset
  try {
    const { ok, status } = await fetch(`/state/${tool}`, {
      cache: 'no-store',
      signal: AbortSignal.timeout(8000),
    })
    say(item, ok ? 'up' : 'down', ok ? 'answers' : `does not answer (${status})`)
  } catch {
    say(item, 'unknown', 'cannot be asked')
  }
}

// What only a developer has isn't part of production.
const developer = await fetch('/developer.html')
if (developer.ok) document.querySelector('#tools').insertAdjacentHTML('beforeend', await developer.text())

const items = [...document.querySelectorAll('#tools li')]
const asked = items.filter(({ dataset }) => dataset.tool !== 'tilt')
for (const item of items) item.append(document.createElement('output'))
for (const item of asked) {
  const { tool, host = tool, path } = item.dataset
  item.querySelector('a').href = originOf(host === 'api' ? bank : `${host}.${bank}`) + path
}

const tilt = items.find(({ dataset }) => dataset.tool === 'tilt')
if (tilt) {
  const links = await fetch('/links.json').then((answer) => (answer.ok ? answer.json() : {}))
  if (links.tilt) tilt.querySelector('a').href = links.tilt
  say(tilt, 'unknown', links.tilt ? 'not asked from here' : 'its address is not known: ./dway status')
}

const lookAtAll = () => Promise.all(asked.map(look))
await lookAtAll()
setInterval(lookAtAll, 10_000)

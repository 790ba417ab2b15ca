/*
 * Loads the OpenAPI document for the page that shows it, or says why it cannot: the page may need no key where the
 * document does.
 */
globalThis.loadDocument = async function loadDocument(show) {
  const page = document.querySelector('#page')
  const address = page.dataset.document
  try {
    const response = await fetch(address, { headers: { accept: 'application/json' } })
    if (!response.ok) return explain(page, reason(address, response.status))
    show(await response.json(), page)
  } catch (error) {
    explain(page, [`${address} could not be loaded: ${error.message}`])
  }
}

function reason(address, status) {
  if (status !== 401) return [`${address} answered with status ${status}.`]
  return [
    `${address} needs an API key here, and a browser sends none when it opens a page.`,
    `Whoever runs this service can list ${address} beside this page in unauthenticatedPaths; with a key, a client such as curl can load it.`,
  ]
}

function explain(page, sentences) {
  const box = document.createElement('section')
  box.className = 'fault'
  box.setAttribute('role', 'alert')
  const heading = document.createElement('h1')
  heading.textContent = 'The API document cannot be shown'
  box.append(heading)
  for (const sentence of sentences) {
    const line = document.createElement('p')
    line.textContent = sentence
    box.append(line)
  }
  page.replaceChildren(box)
}

// Health needs no key, so this page may show it to anybody who may see the page.
const answer = await fetch('/health')
const { status } = await answer.json()
document.querySelector('#status').textContent = status

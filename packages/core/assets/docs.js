/* global SwaggerUIBundle, loadDocument */
const dark = matchMedia('(prefers-color-scheme: dark)')
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', follow)
follow()

loadDocument((spec, domNode) => {
  const ui = SwaggerUIBundle({
    spec,
    domNode,
    deepLinking: true,
    displayRequestDuration: true,
    // A key that is stored in the browser would outlive the tab, so it is not.
    persistAuthorization: false,
    // The validator is a service on the internet.
    validatorUrl: null,
  })
  // Shows where the document is, below the title.
  ui.specActions.updateUrl(domNode.dataset.document)
})

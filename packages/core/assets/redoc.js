/* global Redoc, loadDocument */
const text = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
const code = 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace'

loadDocument((spec, page) => {
  // ReDoc knows one look, and it is light.
  document.documentElement.style.colorScheme = 'light'
  Redoc.init(
    spec,
    {
      disableGoogleFont: true,
      nativeScrollbars: true,
      theme: {
        colors: { primary: { main: '#0f766e' } },
        typography: { fontFamily: text, headings: { fontFamily: text }, code: { fontFamily: code } },
      },
    },
    page,
  )
})

/** Style of the landing page: one column, light and dark, from a phone's width on, without a font or image to load. */
export const LANDING_STYLE = `
:root {
  --ground: #f7f8f8; --card: #fff; --text: #10201e; --muted: #55635f; --line: #dde3e1; --accent: #0f766e; --glow: #d5efe9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1413; --card: #141d1c; --text: #e8efed; --muted: #9fb0ac; --line: #26322f; --accent: #5eead4; --glow: #12302b;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; color: var(--text);
  background: radial-gradient(60rem 28rem at 50% -10rem, var(--glow), transparent) no-repeat var(--ground);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: anywhere;
}
main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
main { padding-top: clamp(3rem, 11vh, 7rem); }
h1 { font-size: clamp(2rem, 7vw, 3.25rem); line-height: 1.1; letter-spacing: -0.025em; margin: 0; text-wrap: balance; }
h2 { font-size: 0.8125rem; font-weight: 600; color: var(--muted); margin: 2.5rem 0 0.75rem; }
p { margin: 0; }
.version {
  display: inline-block; margin: 0 0 1rem; padding: 0.125rem 0.75rem; border: 1px solid var(--line); border-radius: 2rem;
  background: var(--card); color: var(--muted); font-size: 0.875rem; font-variant-numeric: tabular-nums;
}
.summary { margin-top: 1rem; font-size: clamp(1.0625rem, 3.5vw, 1.25rem); color: var(--muted); text-wrap: pretty; }
.description { margin-top: 1rem; white-space: pre-line; max-width: 65ch; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
ul.links { margin-top: 2.5rem; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
li a {
  display: block; height: 100%; padding: 1rem 1.125rem; border: 1px solid var(--line); border-radius: 0.75rem;
  background: var(--card); color: inherit; text-decoration: none; transition: border-color 0.15s, transform 0.15s;
}
li a:hover { border-color: var(--accent); transform: translateY(-2px); }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 0.75rem; }
li strong { display: block; font-weight: 600; }
li span { display: block; color: var(--muted); font-size: 0.875rem; line-height: 1.45; margin-top: 0.125rem; }
li code { display: block; color: var(--accent); font: 0.8125rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; margin-top: 0.5rem; }
footer { margin-top: 3rem; padding-bottom: 3rem; color: var(--muted); font-size: 0.875rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; }
footer p > * + *::before { content: "·"; display: inline-block; margin: 0 0.5em 0 0.25em; color: var(--muted); }
@media (prefers-reduced-motion: reduce) { li a { transition: none; } li a:hover { transform: none; } }
`

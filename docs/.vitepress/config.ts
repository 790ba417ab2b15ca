import { defineConfig } from 'vitepress'

// Inline, as on the pages of a service, so that no browser asks for /favicon.ico.
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/><path d="M21 11.5a7 7 0 1 0 0 9" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>`

export default defineConfig({
  title: 'chapkit',
  description:
    'A fluent service builder on Fastify: API keys, configs, health, docs and a landing page in ten lines.',
  lang: 'en',
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(ICON)}` }]],
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ['snippets/**', 'test/**'],
  markdown: { theme: { light: 'github-light', dark: 'github-dark' } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Quick start', link: '/guide/quick-start' },
      { text: 'Authentication', link: '/guide/authentication' },
      { text: 'Errors', link: '/errors' },
    ],
    sidebar: [
      {
        text: 'Guide',
        items: [
          { text: 'Quick start', link: '/guide/quick-start' },
          { text: 'Authentication', link: '/guide/authentication' },
          { text: 'Keys in operation', link: '/guide/keys' },
          { text: 'Scopes', link: '/guide/scopes' },
          { text: 'Rate limits', link: '/guide/rate-limits' },
          { text: 'Keys in the database', link: '/guide/keys-in-database' },
          { text: 'Configuration', link: '/guide/configuration' },
          { text: 'Database', link: '/guide/database' },
          { text: 'Migrations', link: '/guide/migrations' },
          { text: 'Entities of your own', link: '/guide/entities' },
          { text: 'Artifacts', link: '/guide/artifacts' },
          { text: 'Health', link: '/guide/health' },
          { text: 'Logging', link: '/guide/logging' },
          { text: 'Monitoring', link: '/guide/monitoring' },
          { text: 'Static apps', link: '/guide/static-apps' },
          { text: 'Running a service', link: '/guide/running' },
          { text: 'Shutting down', link: '/guide/shutdown' },
          { text: 'Containers', link: '/guide/containers' },
          { text: 'Writing a module', link: '/guide/modules' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Errors', link: '/errors' },
          { text: 'Coming from Python', link: '/from-python' },
          { text: 'Benchmarks', link: '/benchmarks' },
        ],
      },
    ],
  },
})

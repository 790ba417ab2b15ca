LOG_LEVEL=debug LOG_FORMAT=console node --import tsx app.ts

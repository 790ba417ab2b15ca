NODE_OPTIONS="--import tsx" npx fastify start -p 8000 --options --close-grace-delay 16000 app.ts

# region run
node --import tsx server.ts
# endregion run

# region fastify-ts
NODE_OPTIONS="--import tsx" npx fastify start -a 0.0.0.0 -p 8000 --options app.ts
# endregion fastify-ts

# region fastify-js
CHAPKIT_API_KEYS="sk_dev_0123456789abcdef" npx fastify start -a 0.0.0.0 -p 8000 app.js
# endregion fastify-js

# region javascript
npx fastify start -a 0.0.0.0 -p 8000 app.js
# endregion javascript

# region options
npx fastify start -a 0.0.0.0 -p 8000 --options app.js
# endregion options

# region typescript
NODE_OPTIONS="--import tsx" npx fastify start -a 0.0.0.0 -p 8000 --options app.ts
# endregion typescript

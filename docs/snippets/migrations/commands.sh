# region status
npx chapkit migrate status --database sqlite:my-service.db --app app.js
# endregion status

# region up
npx chapkit migrate up --database sqlite:my-service.db --app app.js
# endregion up

# region down
npx chapkit migrate down --database sqlite:my-service.db --app app.js \
  --stream service --yes
# endregion down

# region typescript
export DATABASE_URL="sqlite:my-service.db"
NODE_OPTIONS="--import tsx" npx chapkit migrate status --app app.ts
# endregion typescript

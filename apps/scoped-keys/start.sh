# region keys
READER=$(npx chapkit keys generate --env dev --id reader --scope reports:read --file keys.json)
WRITER=$(npx chapkit keys generate --env dev --id writer --scope reports:write --file keys.json)
# endregion keys

# region start
export CHAPKIT_API_KEY_FILE="$PWD/keys.json"
npm start
# endregion start

# region read
curl -H "X-API-Key: $READER" http://localhost:8000/api/v1/reports
# endregion read

# region lacks
curl -H "X-API-Key: $WRITER" http://localhost:8000/api/v1/reports
# endregion lacks

# region rotate
NEW_READER=$(npx chapkit keys rotate reader --overlap 0s --id reader-2 --file keys.json)
# endregion rotate

# region revoke
npx chapkit keys revoke reader-2 --file keys.json
# endregion revoke

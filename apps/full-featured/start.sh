# region start
export CHAPKIT_API_KEYS="sk_dev_0123456789abcdef"
export DATABASE_URL="sqlite:full-featured.db"
export CONTENT_DIR="contents"
npm start
# endregion start

# region curl
curl -H "X-API-Key: sk_dev_0123456789abcdef" http://localhost:8000/api/v1/artifacts
# endregion curl

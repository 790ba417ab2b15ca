# region start
export CHAPKIT_API_KEYS="sk_dev_0123456789abcdef"
export DATABASE_URL="sqlite:configs.db"
npm start
# endregion start

# region curl
curl -H "X-API-Key: sk_dev_0123456789abcdef" http://localhost:8000/api/v1/configs
# endregion curl

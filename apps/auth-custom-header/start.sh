# region start
export CHAPKIT_API_KEYS="sk_dev_0123456789abcdef"
npm start
# endregion start

# region curl
curl -H "X-Custom-API-Key: sk_dev_0123456789abcdef" http://localhost:8000/api/v1/configs
# endregion curl

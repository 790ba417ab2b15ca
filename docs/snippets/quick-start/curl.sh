# region create
curl -X POST http://localhost:8000/api/v1/configs \
  -H "X-API-Key: sk_dev_0123456789abcdef" \
  -H "Content-Type: application/json" \
  -d '{"name": "production", "data": {"environment": "production"}}'
# endregion create

# region list
curl -H "X-API-Key: sk_dev_0123456789abcdef" http://localhost:8000/api/v1/configs
# endregion list

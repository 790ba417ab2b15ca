# region get
curl -i -H "X-API-Key: sk_dev_a1b2c3d4e5f6g7h8" http://localhost:8000/api/v1/configs
# endregion get

# region post
curl -i -X POST http://localhost:8000/api/v1/configs \
  -H "X-API-Key: sk_dev_a1b2c3d4e5f6g7h8" -H "Content-Type: application/json" \
  -d '{"name": "production", "data": {}}'
# endregion post

curl -i -X POST http://localhost:8000/api/v1/configs \
  -H "Content-Type: application/json" \
  -d '{"name": "production", "data": {"environment": "production"}}'

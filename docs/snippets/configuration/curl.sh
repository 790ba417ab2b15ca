# region create
curl -X POST http://localhost:8000/api/v1/configs \
  -H "Content-Type: application/json" \
  -d '{"name": "production", "data": {"environment": "production", "team": "blue"}}'
# endregion create

# region invalid
curl -X POST http://localhost:8000/api/v1/configs \
  -H "Content-Type: application/json" \
  -d '{"name": "test", "data": {"environment": "moon", "retries": "7"}}'
# endregion invalid

# region page
curl "http://localhost:8000/api/v1/configs?page=1&size=2"
# endregion page

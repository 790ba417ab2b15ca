# region first
export CHAPKIT_API_KEYS="sk_prod_a1b2c3d4e5f6g7h8"
export REDIS_URL="redis://localhost:6379"
PORT=8000 npm start
# endregion first

# region second
export CHAPKIT_API_KEYS="sk_prod_a1b2c3d4e5f6g7h8"
export REDIS_URL="redis://localhost:6379"
PORT=8001 npm start
# endregion second

# region curl
curl -i -H "X-API-Key: sk_prod_a1b2c3d4e5f6g7h8" http://localhost:8000/api/v1/reports
curl -i -H "X-API-Key: sk_prod_a1b2c3d4e5f6g7h8" http://localhost:8001/api/v1/reports
# endregion curl

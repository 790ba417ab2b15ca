# region start
export CHAPKIT_API_KEY_FILE="$PWD/secrets/api_keys.txt.example"
npm start
# endregion start

# region curl
curl -H "X-API-Key: sk_prod_a1b2c3d4e5f6g7h8" http://localhost:8000/api/v1/info
# endregion curl

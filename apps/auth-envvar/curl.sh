# region valid
curl -H "X-API-Key: sk_prod_a1b2c3d4e5f6g7h8" http://localhost:8000/api/v1/configs
# endregion valid

# region missing
curl http://localhost:8000/api/v1/configs
# endregion missing

# region health
curl http://localhost:8000/health
# endregion health

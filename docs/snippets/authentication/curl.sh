# region valid
# A valid key
curl -H "X-API-Key: sk_dev_0123456789abcdef" http://localhost:8000/api/v1/configs
# endregion valid

# region missing
# No key: 401
curl http://localhost:8000/api/v1/configs
# endregion missing

# region invalid
# A key that is not valid: 401
curl -H "X-API-Key: invalid_key" http://localhost:8000/api/v1/configs
# endregion invalid

# region public
# A path that needs no key
curl http://localhost:8000/health
# endregion public

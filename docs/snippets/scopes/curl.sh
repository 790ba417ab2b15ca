# region lacks
curl -i -X POST -H "X-API-Key: sk_dev_dash0a1b2c3d4e5f" http://localhost:8000/api/v1/reports
# endregion lacks

# region expired
curl -i -H "X-API-Key: sk_dev_contr0a1b2c3d4e5" http://localhost:8000/api/v1/reports
# endregion expired

# region elsewhere
curl -i -H "X-API-Key: sk_dev_office0a1b2c3d4e" http://localhost:8000/api/v1/reports
# endregion elsewhere

# region guess
curl -i -H "X-API-Key: sk_dev_a_guess" http://localhost:8000/api/v1/reports
# endregion guess

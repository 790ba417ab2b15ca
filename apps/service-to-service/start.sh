# region b
CHAPKIT_API_KEYS="sk_dev_service_b_0123456789" PORT=8001 npm run start:b
# endregion b

# region a
export SERVICE_B_URL="http://localhost:8001"
export SERVICE_B_API_KEY="sk_dev_service_b_0123456789"
CHAPKIT_API_KEYS="sk_dev_service_a_0123456789" PORT=8000 npm run start:a
# endregion a

# region curl
curl -H "X-API-Key: sk_dev_service_a_0123456789" http://localhost:8000/api/v1/total
# endregion curl

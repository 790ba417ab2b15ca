# region start
export CHAPKIT_API_KEYS="sk_dev_0123456789abcdef"
export DATABASE_URL="sqlite:products.db"
npm start
# endregion start

# region create
curl -X POST http://localhost:8000/api/v1/products \
  -H "X-API-Key: sk_dev_0123456789abcdef" -H "Content-Type: application/json" \
  -d '{"sku": "tea-1", "title": "Green tea", "price": 4.5}'
# endregion create

# region value
curl -H "X-API-Key: sk_dev_0123456789abcdef" http://localhost:8000/api/v1/products/\$value
# endregion value

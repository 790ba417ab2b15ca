# region create
curl -i -X POST http://localhost:8000/api/v1/products \
  -H "Content-Type: application/json" \
  -d '{"id": "01M87A5ZV8M3T6K1Y9QWX4D2RC", "sku": "MUG-1", "title": "Mug", "price": 9.5}'
# endregion create

# region page
curl "http://localhost:8000/api/v1/products?page=1&size=2"
# endregion page

# region first
curl -i "http://localhost:8000/api/v1/products?limit=2"
# endregion first

# region get
curl -i http://localhost:8000/api/v1/products/01M87A5ZV8M3T6K1Y9QWX4D2RC \
  -H 'If-None-Match: "01M87A60D2E7GQ4N5S8HJ1B3VW"'
# endregion get

# region put
curl -i -X PUT http://localhost:8000/api/v1/products/01M87A5ZV8M3T6K1Y9QWX4D2RC \
  -H 'If-Match: "01M87A60D2E7GQ4N5S8HJ1B3VW"' \
  -H "Content-Type: application/json" \
  -d '{"sku": "MUG-1", "title": "Mug", "price": 8}'
# endregion put

# region delete
curl -i -X DELETE http://localhost:8000/api/v1/products/01M87A5ZV8M3T6K1Y9QWX4D2RC \
  -H 'If-Match: "01M87A60D2E7GQ4N5S8HJ1B3VW"'
# endregion delete

# region once
curl -i -X POST http://localhost:8000/api/v1/products \
  -H "Idempotency-Key: order-4711" \
  -H "Content-Type: application/json" \
  -d '{"sku": "CUP-1", "title": "Cup", "price": 4}'
# endregion once

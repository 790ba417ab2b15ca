# region start
export CHAPKIT_API_KEY_FILE="secrets/api_keys.json.example"
export OTEL_EXPORTER_OTLP_ENDPOINT="http://localhost:4318"
npm start
# endregion start

# region order
curl -X POST http://localhost:8000/api/v1/orders \
  -H "X-API-Key: sk_dev_orders_0123456789" \
  -H "Content-Type: application/json" \
  -d '{ "item": "tea", "count": 3 }'
# endregion order

# region metrics
curl -H "X-API-Key: sk_dev_metrics_0123456789" http://localhost:8000/metrics
# endregion metrics

# region workers
WORKERS=2 npm start
# endregion workers

# region compose
cp secrets/api_keys.json.example secrets/api_keys.json
cp secrets/metrics_key.txt.example secrets/metrics_key.txt
docker compose up
# endregion compose

# region scrape
curl -H "X-API-Key: sk_dev_0123456789abcdef" http://localhost:8000/metrics
# endregion scrape

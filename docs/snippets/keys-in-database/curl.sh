# #region create
curl -i http://localhost:8000/api/v1/keys \
  -H "X-API-Key: $ADMIN_KEY" \
  -H 'Content-Type: application/json' \
  -d '{ "name": "billing", "scopes": ["reports:read"], "expires_at": "2099-01-31T00:00:00Z", "rate_limit": "100/m" }'
# #endregion create

# #region list
curl -i "http://localhost:8000/api/v1/keys?limit=100" -H "X-API-Key: $ADMIN_KEY"
# #endregion list

# #region rotate
curl -i "http://localhost:8000/api/v1/keys/$KEY_ID/\$rotate" \
  -H "X-API-Key: $ADMIN_KEY" \
  -H 'Content-Type: application/json' \
  -d '{ "overlap": "7d" }'
# #endregion rotate

# #region revoke
curl -i -X DELETE "http://localhost:8000/api/v1/keys/$KEY_ID" -H "X-API-Key: $ADMIN_KEY"
# #endregion revoke

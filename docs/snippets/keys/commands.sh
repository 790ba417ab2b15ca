# region generate
npx chapkit keys generate --env prod
# endregion generate

# region file
npx chapkit keys generate --env prod --name Billing --id billing \
  --scope configs:read --expires 90d --rate 100/m \
  --allow-from 10.0.0.0/8 --file keys.json
# endregion file

# region list
npx chapkit keys list --file keys.json
# endregion list

# region hash
npx chapkit keys hash < key.txt
# endregion hash

# region verify
npx chapkit keys verify --file keys.json < key.txt
# endregion verify

# region rotate
npx chapkit keys rotate billing --overlap 7d --file keys.json
# endregion rotate

# region revoke
npx chapkit keys revoke billing --file keys.json
# endregion revoke

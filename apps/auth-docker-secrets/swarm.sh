#!/usr/bin/env bash
set -euo pipefail

# region create
# The secret goes from here into the swarm; no file keeps it.
printf 'sk_prod_a1b2c3d4e5f6g7h8\nsk_prod_x1y2z3a4b5c6d7e8\n' |
  docker secret create chapkit_api_keys -

docker service create \
  --name my-chapkit-service \
  --secret chapkit_api_keys \
  --env CHAPKIT_API_KEY_FILE=/run/secrets/chapkit_api_keys \
  --publish 8000:8000 \
  --read-only \
  --stop-grace-period 15s \
  your-chapkit-app
# endregion create

# region rotate
# A Swarm secret cannot be changed: a new one takes its place under the same path.
printf 'sk_prod_a1b2c3d4e5f6g7h8\nsk_prod_n9o8p7q6r5s4t3u2\n' |
  docker secret create chapkit_api_keys_2 -

docker service update \
  --secret-rm chapkit_api_keys \
  --secret-add source=chapkit_api_keys_2,target=chapkit_api_keys \
  my-chapkit-service
# endregion rotate

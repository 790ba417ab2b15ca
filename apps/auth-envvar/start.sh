#!/usr/bin/env bash
set -euo pipefail

# region start
export CHAPKIT_API_KEYS="sk_prod_a1b2c3d4e5f6g7h8,sk_prod_x1y2z3a4b5c6d7e8"
npm start
# endregion start

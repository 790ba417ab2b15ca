#!/usr/bin/env bash
set -euo pipefail

# region both
# Step 1: both keys are active
export CHAPKIT_API_KEYS="sk_prod_old_a1b2c3d4e5f6,sk_prod_new_x1y2z3a4b5c6"
npm start
# endregion both

# Step 2: clients change to the new key, one after the other.

# region new
# Step 3: when all have changed, only the new key is active
export CHAPKIT_API_KEYS="sk_prod_new_x1y2z3a4b5c6"
npm start
# endregion new

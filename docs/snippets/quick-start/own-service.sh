# region make
cp -R apps/auth-envvar apps/my-service
npx --yes pnpm@10.34.9 install --no-frozen-lockfile
npx --yes pnpm@10.34.9 run build
# endregion make

# region start
cd apps/my-service
export CHAPKIT_API_KEYS="sk_dev_0123456789abcdef"
npm start
# endregion start

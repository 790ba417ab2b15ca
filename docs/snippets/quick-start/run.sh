# region tsx
export CHAPKIT_API_KEYS="sk_dev_0123456789abcdef"
node --import tsx app.ts
# endregion tsx

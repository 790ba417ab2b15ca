# region variable
# Shows whether it is set, and not what it holds
echo "${CHAPKIT_API_KEYS:+set}"
# endregion variable

# region file
ls -la "$CHAPKIT_API_KEY_FILE"
# endregion file

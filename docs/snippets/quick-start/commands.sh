# region start
npm start
# endregion start

# region test
npm test
# endregion test

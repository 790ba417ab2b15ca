# #region first
npx chapkit keys generate --env prod --name admin --scope keys:admin --database sqlite:data.db
# #endregion first

# #region list
npx chapkit keys list --database sqlite:data.db
# #endregion list

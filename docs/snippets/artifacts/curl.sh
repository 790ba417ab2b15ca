# region root
curl -X POST http://localhost:8000/api/v1/artifacts \
  -H "Content-Type: application/json" \
  -d '{"id": "01M87C2J6T0QW8E5RZ3NYB9KDM", "data": {"accuracy": 0.93}}'
# endregion root

# region child
curl -X POST http://localhost:8000/api/v1/artifacts \
  -H "Content-Type: application/json" \
  -d '{
    "id": "01M87C3A9X4HSFV7PC1GQ6TBEW",
    "data": [1, 2, 3],
    "parent_id": "01M87C2J6T0QW8E5RZ3NYB9KDM"
  }'
# endregion child

# region tree
curl 'http://localhost:8000/api/v1/artifacts/01M87C2J6T0QW8E5RZ3NYB9KDM/$tree'
# endregion tree

# region move
curl -X PUT http://localhost:8000/api/v1/artifacts/01M87C3A9X4HSFV7PC1GQ6TBEW \
  -H "Content-Type: application/json" \
  -d '{"data": [1, 2, 3], "parent_id": null}'
# endregion move

# region circle
curl -X PUT http://localhost:8000/api/v1/artifacts/01M87C2J6T0QW8E5RZ3NYB9KDM \
  -H "Content-Type: application/json" \
  -d '{"data": {"accuracy": 0.93}, "parent_id": "01M87C3A9X4HSFV7PC1GQ6TBEW"}'
# endregion circle

# region link
curl -i -X POST 'http://localhost:8000/api/v1/configs/01M87C5Z1D8MK4YXEJ2RNVAQ0G/$link-artifact' \
  -H "Content-Type: application/json" \
  -d '{"artifact_id": "01M87C2J6T0QW8E5RZ3NYB9KDM"}'
# endregion link

# region upload
curl -i -X PUT 'http://localhost:8000/api/v1/artifacts/01M87C2J6T0QW8E5RZ3NYB9KDM/$content' \
  -H "Content-Type: text/csv" -T weights.csv
# endregion upload

# region download
curl -o copy.csv 'http://localhost:8000/api/v1/artifacts/01M87C2J6T0QW8E5RZ3NYB9KDM/$download'
# endregion download

# region range
curl -i -r 0-11 'http://localhost:8000/api/v1/artifacts/01M87C2J6T0QW8E5RZ3NYB9KDM/$download'
# endregion range

# region resume
curl -C - -o copy.csv 'http://localhost:8000/api/v1/artifacts/01M87C2J6T0QW8E5RZ3NYB9KDM/$download'
# endregion resume

# region report
curl http://localhost:8000/health
# endregion report

# region stream
curl --no-buffer "http://localhost:8000/health/\$stream?poll_interval=0.5"
# endregion stream

WORKERS=4 node --import tsx server.ts

export DATABASE_URL="postgres://app:secret@db.example.org/app"

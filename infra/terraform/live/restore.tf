# Imports the database with which ./restore-database has replaced the old one. Imports nothing where restored_database is null.
import {
  for_each = toset(var.restored_database == null ? [] : [var.restored_database])
  to       = module.database.aws_db_instance.this
  id       = each.key
}

# Takes over a database that ./restore-database has put in the place of the old one. Nothing where restored_database is null.
import {
  for_each = toset(var.restored_database == null ? [] : [var.restored_database])
  to       = module.database.aws_db_instance.this
  id       = each.key
}

# A key cannot be used in another region: the copies have one of their own, with the same policy.
resource "aws_kms_key" "backups" {
  count                   = var.backup_region == null ? 0 : 1
  region                  = var.backup_region
  description             = "Copies of the backups of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.backups_key.json
}

data "aws_iam_policy_document" "backups_key" {
  #checkov:skip=CKV_AWS_109:a key's own policy names the key as *
  #checkov:skip=CKV_AWS_111:a key's own policy names the key as *
  #checkov:skip=CKV_AWS_356:a key's own policy names the key as *
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}:root"]
    }
  }
}

# They outlive the instance, as the backups next to it do.
resource "aws_db_instance_automated_backups_replication" "this" {
  count                  = var.backup_region == null ? 0 : 1
  region                 = var.backup_region
  source_db_instance_arn = aws_db_instance.this.arn
  kms_key_id             = aws_kms_key.backups[0].arn
  retention_period       = var.backup_days
}

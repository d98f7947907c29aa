# Permissions of an approved apply: the services that the modules use, in this region, and only roles of this name.
data "aws_iam_policy_document" "apply" {
  #checkov:skip=CKV_AWS_111:limited to this region, and to roles of this name below
  #checkov:skip=CKV_AWS_356:what is yet to be created has no ARN
  statement {
    sid = "Services"
    actions = [
      "acm:*",
      "autoscaling:Describe*",
      "cloudwatch:*",
      "ec2:*",
      "ecr:*",
      "eks:*",
      "elasticloadbalancing:*",
      "kms:*",
      "logs:*",
      "rds:*",
      "sns:*",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [data.aws_region.this.region]
    }
  }
  # The copies of backups, and their key.
  statement {
    sid       = "BackupRegion"
    actions   = ["kms:*", "rds:*DBInstanceAutomatedBackup*"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [coalesce(var.backup_region, data.aws_region.this.region)]
    }
  }
  statement {
    sid       = "Budget"
    actions   = ["budgets:ListTagsForResource", "budgets:ModifyBudget", "budgets:TagResource", "budgets:ViewBudget"]
    resources = ["arn:${local.partition}:budgets::${local.account}:budget/${var.name}-*"]
  }
  statement {
    sid = "Secrets"
    actions = [
      "secretsmanager:CreateSecret",
      "secretsmanager:DeleteSecret",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetRandomPassword",
      "secretsmanager:GetResourcePolicy",
      "secretsmanager:PutSecretValue",
      "secretsmanager:RotateSecret",
      "secretsmanager:TagResource",
      "secretsmanager:UpdateSecret",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [data.aws_region.this.region]
    }
  }
  # To see whether it is as declared, the provider reads the clients' secrets whole; of others it reads none.
  statement {
    sid       = "ClientSecret"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["arn:${local.partition}:secretsmanager:${data.aws_region.this.region}:${local.account}:secret:${var.name}/database/*"]
  }
  statement {
    sid       = "NodeImages"
    actions   = ["ssm:GetParameter"]
    resources = ["arn:${local.partition}:ssm:${data.aws_region.this.region}::parameter/aws/service/eks/optimized-ami/*"]
  }
  statement {
    sid       = "SavedPlan"
    actions   = ["s3:GetObject"]
    resources = [local.plans_arn]
  }
  statement {
    sid       = "Domain"
    actions   = ["route53:ChangeResourceRecordSets", "route53:GetChange", "route53:GetHostedZone", "route53:ListResourceRecordSets"]
    resources = ["*"]
  }
  statement {
    sid       = "Look"
    actions   = ["iam:Get*", "iam:List*"] # names and policies; no credential can be read
    resources = ["*"]
  }
  statement {
    sid       = "Logs"
    actions   = ["s3:*Bucket*", "s3:*Configuration", "s3:GetObject", "s3:ListBucket"]
    resources = ["arn:${local.partition}:s3:::${var.name}-edge-logs-${local.account}"]
  }
  statement {
    sid       = "State"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = [local.state_arn, "${local.state_arn}.tflock"]
  }
  statement {
    sid       = "Bucket"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
  }
}

resource "aws_iam_policy" "apply" {
  name   = "${var.name}-ci-apply"
  policy = data.aws_iam_policy_document.apply.json
}

resource "aws_iam_role_policy_attachment" "apply" {
  role       = aws_iam_role.this["apply"].name
  policy_arn = aws_iam_policy.apply.arn
}

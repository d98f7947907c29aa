data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

locals {
  account     = data.aws_caller_identity.this.account_id
  partition   = data.aws_partition.this.partition
  issuer      = "token.actions.githubusercontent.com"
  provider    = "arn:${local.partition}:iam::${local.account}:oidc-provider/${local.issuer}"
  bucket_arn  = "arn:${local.partition}:s3:::${var.state_bucket}"
  state_arn   = "${local.bucket_arn}/${var.state_key}"
  plans_arn   = "${local.bucket_arn}/plans/${var.environment}/*"
  role_prefix = "arn:${local.partition}:iam::${local.account}:role/${var.name}-"

  # The roles that a workflow may assume, by the subject of its token. A pull request of a fork gets no token at all.
  # Tokens of repositories created since 15 July 2026 contain the ids of owner and repository, which GitHub never assigns again.
  subjects = {
    plan  = ["repo:${var.repository}:pull_request", "repo:${var.repository}:ref:refs/heads/main"]
    apply = ["repo:${var.repository}:environment:${var.environment}"]
    push  = ["repo:${var.repository}:ref:refs/heads/main"]
  }
}

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.create_provider ? 1 : 0
  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "assume" {
  #checkov:skip=CKV_AWS_358:each subject above begins with the repository; the check does not follow for_each
  for_each = local.subjects
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [local.provider]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = each.value
    }
  }
}

resource "aws_iam_role" "this" {
  for_each             = local.subjects
  name                 = "${var.name}-ci-${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.assume[each.key].json
  max_session_duration = 3600
  depends_on           = [aws_iam_openid_connect_provider.github]
}

data "aws_iam_policy_document" "push" {
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
  statement {
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    # By prefix: a new service needs no change of the pipeline's own permissions.
    resources = ["arn:${local.partition}:ecr:${data.aws_region.this.region}:${local.account}:repository/${var.name}/*"]
  }
}

resource "aws_iam_role_policy" "push" {
  name   = "push"
  role   = aws_iam_role.this["push"].id
  policy = data.aws_iam_policy_document.push.json
}

data "aws_iam_policy_document" "plan" {
  statement {
    sid       = "State"
    actions   = ["s3:GetObject"]
    resources = [local.state_arn]
  }
  statement {
    sid       = "Bucket"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
  }
  # What a plan asks for that describes nothing of this account: versions, images of nodes, and passwords that it throws away.
  statement {
    sid       = "Generated"
    actions   = ["eks:DescribeAddonVersions", "secretsmanager:GetRandomPassword"]
    resources = ["*"]
  }
  statement {
    sid       = "NodeImages"
    actions   = ["ssm:GetParameter"]
    resources = ["arn:${local.partition}:ssm:${data.aws_region.this.region}::parameter/aws/service/eks/optimized-ami/*"]
  }
  # The plan that reviewers approve, for the apply to take.
  statement {
    sid       = "SavedPlan"
    actions   = ["s3:PutObject"]
    resources = [local.plans_arn]
  }
}

resource "aws_iam_role_policy" "plan" {
  name   = "state"
  role   = aws_iam_role.this["plan"].id
  policy = data.aws_iam_policy_document.plan.json
}

# Reads configuration and no data: neither objects nor secrets' values.
resource "aws_iam_role_policy_attachment" "plan" {
  role       = aws_iam_role.this["plan"].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/SecurityAudit"
}

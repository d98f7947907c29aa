data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

# CloudWatch publishes to no topic whose key is AWS's own.
resource "aws_kms_key" "this" {
  description             = "Alarms of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

data "aws_iam_policy_document" "key" {
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
  statement {
    sid       = "Publishers"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = local.publishers
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }
}

resource "aws_sns_topic" "this" {
  name              = "${var.name}-alarms"
  kms_master_key_id = aws_kms_key.this.arn
}

data "aws_iam_policy_document" "topic" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this.arn]
    principals {
      type        = "Service"
      identifiers = local.publishers
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}

# Each address gets a mail with a link first, and no alarm before it was opened.
resource "aws_sns_topic_subscription" "this" {
  for_each  = var.emails
  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = each.value.minutes
  # A database or load balancer that reports nothing is as bad as one that reports too much.
  treat_missing_data = "breaching"
  alarm_actions      = [aws_sns_topic.this.arn]
  ok_actions         = [aws_sns_topic.this.arn]
}

# No metric of istiod leaves the cluster without an agent on each node. The control plane's log does: it names each webhook that does not answer.
# It is never silent, so a minute without a line is a fault as well.
locals {
  istiod = { namespace = var.name, name = "IstiodUnreachable" }
}

resource "aws_cloudwatch_log_metric_filter" "istiod" {
  name           = "${var.name}-istiod-unreachable"
  log_group_name = var.cluster_log_group
  pattern        = "\"failed calling webhook\" \"istio.io\""

  metric_transformation {
    namespace     = local.istiod.namespace
    name          = local.istiod.name
    value         = "1"
    default_value = "0"
  }
}

# The account's whole cost: tags would have to be activated for billing first.
resource "aws_budgets_budget" "this" {
  name         = "${var.name}-monthly"
  budget_type  = "COST"
  limit_amount = tostring(var.budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  notification {
    comparison_operator       = "GREATER_THAN"
    notification_type         = "FORECASTED"
    threshold                 = 100
    threshold_type            = "PERCENTAGE"
    subscriber_sns_topic_arns = [aws_sns_topic.this.arn]
  }
}

mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = {
      arn = "arn:aws:kms:us-east-1:111111111111:key/x"
    }
  }
  mock_resource "aws_sns_topic" {
    defaults = {
      arn = "arn:aws:sns:us-east-1:111111111111:x"
    }
  }
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }
}

variables {
  name       = "shop-prod"
  emails     = ["team@example.com"]
  budget_usd = 1200
  database   = { identifier = "shop-prod", storage_gib = 100, connections = 200 }
  edge       = { load_balancer_arn_suffix = "net/x/1", target_group_arn_suffix = "targetgroup/x/1" }

  cluster_log_group = "/aws/eks/shop-prod/cluster"
  pod_log_group     = "/aws/eks/shop-prod/pods"
}

run "tells_somebody" {
  command = plan

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : length(alarm.alarm_actions) == 1])
    error_message = "each alarm must publish"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["database-storage"].threshold == 10 * 1024 * 1024 * 1024
    error_message = "the alarm must come with a tenth of the storage left"
  }
}

run "counts_what_the_alarm_on_istiod_reads" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_metric_filter.istiod.metric_transformation[0].name == aws_cloudwatch_metric_alarm.this["istiod-unreachable"].metric_name
    error_message = "the alarm must read the metric of the filter"
  }
  assert {
    condition     = aws_cloudwatch_log_metric_filter.istiod.metric_transformation[0].namespace == aws_cloudwatch_metric_alarm.this["istiod-unreachable"].namespace
    error_message = "the alarm must read the namespace of the filter"
  }
}

run "alarms_on_5xx_of_the_gateway" {
  command = plan

  assert {
    condition     = toset([for query in aws_cloudwatch_metric_alarm.gateway_errors.metric_query : query.metric[0].metric_name if length(query.metric) > 0]) == toset([for filter in aws_cloudwatch_log_metric_filter.gateway : filter.metric_transformation[0].name])
    error_message = "the alarm must read the metrics of the filters"
  }
}

run "refuses_an_address_that_is_none" {
  command = plan
  variables {
    emails = ["team"]
  }
  expect_failures = [var.emails]
}

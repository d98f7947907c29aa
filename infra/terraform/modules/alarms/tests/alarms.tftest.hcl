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

run "refuses_an_address_that_is_none" {
  command = plan
  variables {
    emails = ["team"]
  }
  expect_failures = [var.emails]
}

# A network load balancer counts connections, not responses: the responses are in the gateway's access log (accessLogFormat of infra/istio/base.yaml).
resource "aws_cloudwatch_log_metric_filter" "gateway" {
  for_each       = { GatewayRequests = 0, GatewayErrors = 500 } # the least status; 0 is a client that left
  name           = "${var.name}-${each.key}"
  log_group_name = var.pod_log_group
  pattern        = "{ ($.kubernetes.namespace_name = \"istio-ingress\") && ($.data.status >= ${each.value}) }"

  metric_transformation {
    namespace     = var.name
    name          = each.key
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "gateway_errors" {
  alarm_name          = "${var.name}-gateway-errors"
  alarm_description   = "The gateway answers more than one percent of the requests with a 5xx, and five or more in five minutes"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  evaluation_periods  = 2
  # Without requests there is no failed one; the alarm pod-logs reports that no log arrives.
  treat_missing_data = "notBreaching"
  alarm_actions      = [aws_sns_topic.this.arn]
  ok_actions         = [aws_sns_topic.this.arn]

  metric_query {
    id          = "percent"
    expression  = "IF(errors >= 5, 100 * errors / requests, 0)"
    label       = "percent of 5xx"
    return_data = true
  }

  metric_query {
    id = "requests"
    metric {
      namespace   = var.name
      metric_name = "GatewayRequests"
      period      = 300
      stat        = "Sum"
    }
  }

  metric_query {
    id = "errors"
    metric {
      namespace   = var.name
      metric_name = "GatewayErrors"
      period      = 300
      stat        = "Sum"
    }
  }
}

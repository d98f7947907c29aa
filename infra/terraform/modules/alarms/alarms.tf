locals {
  publishers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]

  database = { DBInstanceIdentifier = var.database.identifier }
  targets  = { LoadBalancer = var.edge.load_balancer_arn_suffix, TargetGroup = var.edge.target_group_arn_suffix }
  gib      = 1024 * 1024 * 1024

  # What you must look at, with the minutes that it lasts before.
  alarms = {
    database-storage = {
      description = "The database has less than a tenth of its first storage left; it grows by itself until five times as much"
      namespace   = "AWS/RDS"
      metric      = "FreeStorageSpace"
      dimensions  = local.database
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = var.database.storage_gib * local.gib / 10
      minutes     = 5
    }
    database-cpu = {
      description = "The database's processors are busy"
      namespace   = "AWS/RDS"
      metric      = "CPUUtilization"
      dimensions  = local.database
      statistic   = "Average"
      comparison  = "GreaterThanThreshold"
      threshold   = 80
      minutes     = 15
    }
    database-connections = {
      description = "More connections than the pools of all pods at their most: pods that do not close theirs, or another client"
      namespace   = "AWS/RDS"
      metric      = "DatabaseConnections"
      dimensions  = local.database
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = var.database.connections
      minutes     = 5
    }
    gateway-unhealthy = {
      description = "The load balancer sees a pod of the gateway that does not answer"
      namespace   = "AWS/NetworkELB"
      metric      = "UnHealthyHostCount"
      dimensions  = local.targets
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      minutes     = 5
    }
    gateway-healthy = {
      description = "The load balancer has fewer than two pods of the gateway"
      namespace   = "AWS/NetworkELB"
      metric      = "HealthyHostCount"
      dimensions  = local.targets
      statistic   = "Minimum"
      comparison  = "LessThanThreshold"
      threshold   = 2
      minutes     = 3
    }
    istiod-unreachable = {
      description = "The API server cannot call istiod's webhooks: pods start without a sidecar or not at all, and no configuration is checked"
      namespace   = local.istiod.namespace
      metric      = local.istiod.name
      dimensions  = {}
      statistic   = "Sum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      minutes     = 1
    }
    pod-logs = {
      description = "No pod's log arrives: Fluent Bit does not run or may not write, and the alarm on 5xx sees nothing"
      namespace   = "AWS/Logs"
      metric      = "IncomingLogEvents"
      dimensions  = { LogGroupName = var.pod_log_group }
      statistic   = "Sum"
      comparison  = "LessThanThreshold"
      threshold   = 1
      minutes     = 15
    }
  }
}

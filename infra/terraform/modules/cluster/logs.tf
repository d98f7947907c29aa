# What pods print goes to CloudWatch, except the access logs of the services' sidecars: those are most of the lines, and the gateway's has each
# request of a user. Terraform owns the group: Fluent Bit would create one that never expires.
resource "aws_cloudwatch_log_group" "pods" {
  name              = "/aws/eks/${var.name}/pods"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.cluster.arn
}

data "aws_iam_policy_document" "fluent_bit" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.pods.arn}:*"]
  }
}

resource "aws_iam_role_policy" "fluent_bit" {
  name   = "write"
  role   = aws_iam_role.pod["fluent-bit"].id
  policy = data.aws_iam_policy_document.fluent_bit.json
}

resource "helm_release" "fluent_bit" {
  name       = "aws-for-fluent-bit"
  namespace  = "kube-system"
  repository = "https://aws.github.io/eks-charts"
  chart      = "aws-for-fluent-bit"
  version    = var.controller_charts.fluent_bit
  values = [yamlencode({
    serviceAccount = { name = "aws-for-fluent-bit" }
    input          = { extraInputs = "Exclude_Path /var/log/containers/*_${var.platform_namespace}_istio-proxy-*.log" }
    # A line of JSON is under `data`, once. Labels and annotations would double the bytes that CloudWatch bills.
    filter = { mergeLogKey = "data", keepLog = "Off", extraFilters = "Labels Off\nAnnotations Off" }
    cloudWatchLogs = {
      region          = data.aws_region.this.region
      logGroupName    = aws_cloudwatch_log_group.pods.name
      logStreamPrefix = "pods-"
      autoCreateGroup = false
    }
  })]
  depends_on = [
    aws_eks_access_policy_association.this,
    aws_eks_addon.after_nodes,
    aws_eks_pod_identity_association.controllers,
    aws_iam_role_policy.fluent_bit,
  ]
}

# Node groups grow up to their maximum while pods are pending, and shrink down to their minimum when nodes are idle.
data "aws_iam_policy_document" "cluster_autoscaler" {
  statement {
    actions = [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeAutoScalingInstances",
      "autoscaling:DescribeLaunchConfigurations",
      "autoscaling:DescribeScalingActivities",
      "autoscaling:DescribeTags",
      "ec2:DescribeImages",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:GetInstanceTypesFromInstanceRequirements",
    ]
    resources = ["*"]
  }
  statement {
    actions   = ["eks:DescribeNodegroup"]
    resources = ["arn:${data.aws_partition.this.partition}:eks:${data.aws_region.this.region}:${data.aws_caller_identity.this.account_id}:nodegroup/${var.name}/*/*"]
  }
  # EKS tags the groups of its node groups so.
  statement {
    actions   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.name}"
      values   = ["owned"]
    }
  }
}

resource "aws_iam_role_policy" "cluster_autoscaler" {
  name   = "scale"
  role   = aws_iam_role.pod["cluster-autoscaler"].id
  policy = data.aws_iam_policy_document.cluster_autoscaler.json
}

resource "helm_release" "cluster_autoscaler" {
  name       = "cluster-autoscaler"
  namespace  = "kube-system"
  repository = "https://kubernetes.github.io/autoscaler"
  chart      = "cluster-autoscaler"
  version    = var.controller_charts.cluster_autoscaler
  values = [yamlencode({
    autoDiscovery = { clusterName = aws_eks_cluster.this.name }
    awsRegion     = data.aws_region.this.region
    replicaCount  = 2
    rbac          = { serviceAccount = { name = "cluster-autoscaler" } }
    extraArgs = {
      balance-similar-node-groups   = true
      skip-nodes-with-system-pods   = false
      skip-nodes-with-local-storage = false
    }
    resources           = { requests = { cpu = "50m", memory = "128Mi" }, limits = { memory = "512Mi" } }
    podDisruptionBudget = { maxUnavailable = 1 }
  })]
  depends_on = [
    aws_eks_access_policy_association.this,
    aws_eks_addon.after_nodes,
    aws_eks_pod_identity_association.controllers,
    aws_iam_role_policy.cluster_autoscaler,
  ]
}

# Kyverno verifies the signatures of images at admission, by the ImageValidatingPolicy of deploy/eks-*. Of its four controllers only the one for
# admission runs. A pod has no credentials of the node, so it reads signatures from ECR with a role of its own.
data "aws_iam_policy_document" "kyverno" {
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
  statement {
    actions   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["arn:${data.aws_partition.this.partition}:ecr:${data.aws_region.this.region}:${data.aws_caller_identity.this.account_id}:repository/${var.name}/*"]
  }
}

resource "aws_iam_role_policy" "kyverno" {
  name   = "read"
  role   = aws_iam_role.pod["kyverno"].id
  policy = data.aws_iam_policy_document.kyverno.json
}

resource "helm_release" "kyverno" {
  name             = "kyverno"
  namespace        = "kyverno"
  create_namespace = true
  repository       = "https://kyverno.github.io/kyverno"
  chart            = "kyverno"
  version          = var.controller_charts.kyverno
  values = [yamlencode({
    admissionController  = { replicas = 2 } # a PodDisruptionBudget comes with the second
    backgroundController = { enabled = false }
    cleanupController    = { enabled = false }
    reportsController    = { enabled = false }
    features = {
      admissionReports = { enabled = false }
      backgroundScan   = { enabled = false }
    }
  })]
  depends_on = [
    aws_eks_access_policy_association.this,
    aws_eks_addon.after_nodes,
    aws_eks_pod_identity_association.controllers,
    aws_iam_role_policy.kyverno,
  ]
}

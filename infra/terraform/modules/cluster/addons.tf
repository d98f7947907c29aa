locals {
  # A node is Ready only with a network.
  addons_before_nodes = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]
  addons_after_nodes  = ["coredns", "aws-ebs-csi-driver", "metrics-server", "cert-manager"]

  addon_configuration = {
    vpc-cni = {
      enableNetworkPolicy = "true"
      env = {
        ENABLE_PREFIX_DELEGATION          = "true"
        ENABLE_POD_ENI                    = "true"
        POD_SECURITY_GROUP_ENFORCING_MODE = "standard" # NetworkPolicies and the kubelet's probes work together with security groups for pods
      }
    }
  }

  addon_roles = {
    vpc-cni            = { service_account = "aws-node", role = "vpc-cni" }
    aws-ebs-csi-driver = { service_account = "ebs-csi-controller-sa", role = "ebs-csi" }
  }
}

data "aws_eks_addon_version" "this" {
  for_each           = toset(concat(local.addons_before_nodes, local.addons_after_nodes))
  addon_name         = each.key
  kubernetes_version = var.kubernetes_version
}

resource "aws_eks_addon" "before_nodes" {
  for_each                    = toset(local.addons_before_nodes)
  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = data.aws_eks_addon_version.this[each.key].version
  configuration_values        = try(jsonencode(local.addon_configuration[each.key]), null)
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = try([local.addon_roles[each.key]], [])
    content {
      service_account = pod_identity_association.value.service_account
      role_arn        = aws_iam_role.pod[pod_identity_association.value.role].arn
    }
  }
}

resource "aws_eks_addon" "after_nodes" {
  for_each                    = toset(local.addons_after_nodes)
  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = data.aws_eks_addon_version.this[each.key].version
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = try([local.addon_roles[each.key]], [])
    content {
      service_account = pod_identity_association.value.service_account
      role_arn        = aws_iam_role.pod[pod_identity_association.value.role].arn
    }
  }

  depends_on = [aws_eks_node_group.this]
}

resource "aws_eks_pod_identity_association" "controllers" {
  for_each = {
    load-balancer-controller = { namespace = "kube-system", service_account = "aws-load-balancer-controller" }
    external-secrets         = { namespace = "external-secrets", service_account = "external-secrets" }
    cluster-autoscaler       = { namespace = "kube-system", service_account = "cluster-autoscaler" }
    kyverno                  = { namespace = "kyverno", service_account = "kyverno-admission-controller" }
    fluent-bit               = { namespace = "kube-system", service_account = "aws-for-fluent-bit" }
  }
  cluster_name    = aws_eks_cluster.this.name
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = aws_iam_role.pod[each.key].arn
}

resource "helm_release" "load_balancer_controller" {
  name       = "aws-load-balancer-controller"
  namespace  = "kube-system"
  repository = "https://aws.github.io/eks-charts"
  chart      = "aws-load-balancer-controller"
  version    = var.controller_charts.load_balancer_controller
  values = [yamlencode({
    clusterName                 = aws_eks_cluster.this.name
    region                      = data.aws_region.this.region
    vpcId                       = var.vpc_id
    replicaCount                = 2
    podDisruptionBudget         = { maxUnavailable = 1 }
    serviceAccount              = { name = "aws-load-balancer-controller" }
    enableServiceMutatorWebhook = false # no Service asks it for a load balancer: Terraform knows them all
  })]
  # The access entries too: at destroy the charts go while whoever destroys them may still use the cluster.
  depends_on = [
    aws_eks_access_policy_association.this,
    aws_eks_addon.after_nodes,
    aws_eks_pod_identity_association.controllers,
    aws_iam_role_policy.load_balancer_controller,
  ]
}

resource "helm_release" "external_secrets" {
  name             = "external-secrets"
  namespace        = "external-secrets"
  create_namespace = true
  repository       = "https://charts.external-secrets.io"
  chart            = "external-secrets"
  version          = var.controller_charts.external_secrets
  values = [yamlencode({
    replicaCount        = 2
    leaderElect         = true
    podDisruptionBudget = { enabled = true, maxUnavailable = 1 }
    webhook             = { port = 10250 }
  })]
  depends_on = [
    aws_eks_access_policy_association.this,
    aws_iam_role_policy.external_secrets,
    helm_release.load_balancer_controller,
  ]
}

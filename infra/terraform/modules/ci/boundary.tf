locals {
  # The roles that the modules create for AWS and for pods; not the pipeline's own.
  platform_roles = [for role in ["cluster", "cluster-autoscaler", "database-monitoring", "ebs-csi", "external-secrets", "flow-logs", "fluent-bit", "kyverno", "load-balancer-controller", "node", "vpc-cni"] :
    "${local.role_prefix}${role}"
  ]

  # AWS's policies that those roles carry.
  managed_policies = [
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEKSClusterPolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonSSMManagedInstanceCore",
    "service-role/AmazonEBSCSIDriverPolicy",
    "service-role/AmazonRDSEnhancedMonitoringRole",
  ]
}

# The upper limit for every role of the platform, for any policies that it has: nothing of IAM, no other secret than the platform's.
data "aws_iam_policy_document" "boundary" {
  #checkov:skip=CKV_AWS_111:a boundary grants nothing; it is the most that the policies of a role can grant
  #checkov:skip=CKV_AWS_356:a boundary grants nothing; it is the most that the policies of a role can grant
  statement {
    sid = "Services"
    actions = [
      "autoscaling:*",
      "ec2:*",
      "ec2messages:*",
      "ecr:*",
      "eks:*",
      "eks-auth:*",
      "elasticloadbalancing:*",
      "logs:*",
      "ssm:*",
      "ssmmessages:*",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [data.aws_region.this.region]
    }
  }
  statement {
    sid       = "Keys"
    actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["arn:${local.partition}:kms:${data.aws_region.this.region}:${local.account}:key/*"]
  }
  statement {
    sid     = "Secrets"
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = [for secret in ["${var.name}/*", "rds!db-*"] :
      "arn:${local.partition}:secretsmanager:${data.aws_region.this.region}:${local.account}:secret:${secret}"
    ]
  }
  # The control plane makes the roles that AWS's services own, at their first use.
  statement {
    sid       = "ServiceRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:${local.partition}:iam::${local.account}:role/aws-service-role/*"]
  }
}

resource "aws_iam_policy" "boundary" {
  name   = "${var.name}-boundary"
  policy = data.aws_iam_policy_document.boundary.json
}

# Permissions of an approved apply on roles: of this name, within the boundary. A separate policy, since one has at most 6,144 characters.
data "aws_iam_policy_document" "apply_roles" {
  statement {
    sid       = "Roles"
    actions   = ["iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy"]
    resources = local.platform_roles
  }
  # The boundary limits every policy that an apply gives a role; the apply can neither change nor remove it.
  statement {
    sid       = "BoundedRoles"
    actions   = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
    resources = local.platform_roles
    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }
  }
  statement {
    sid       = "ManagedPolicies"
    actions   = ["iam:AttachRolePolicy"]
    resources = local.platform_roles
    condition {
      test     = "ArnEquals"
      variable = "iam:PolicyARN"
      values   = [for policy in local.managed_policies : "arn:${local.partition}:iam::aws:policy/${policy}"]
    }
  }
  statement {
    sid       = "PassRoles"
    actions   = ["iam:PassRole"]
    resources = local.platform_roles
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ec2.amazonaws.com", "eks.amazonaws.com", "monitoring.rds.amazonaws.com", "pods.eks.amazonaws.com", "vpc-flow-logs.amazonaws.com"]
    }
  }
  # AWS's own roles of the services used here, which an account makes at their first use.
  statement {
    sid       = "ServiceRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:${local.partition}:iam::${local.account}:role/aws-service-role/*"]
    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["autoscaling.amazonaws.com", "eks.amazonaws.com", "eks-nodegroup.amazonaws.com", "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_policy" "apply_roles" {
  name   = "${var.name}-ci-apply-roles"
  policy = data.aws_iam_policy_document.apply_roles.json
}

resource "aws_iam_role_policy_attachment" "apply_roles" {
  role       = aws_iam_role.this["apply"].name
  policy_arn = aws_iam_policy.apply_roles.arn
}

# Istio's images are on Docker Hub, which counts the pulls of an address: a scale-up behind one NAT gateway may get none. ECR pulls each once.
locals {
  cache_prefix = "${var.name}/docker-hub"
}

resource "aws_ecr_pull_through_cache_rule" "docker_hub" {
  count                 = var.docker_hub_secret_arn == null ? 0 : 1
  ecr_repository_prefix = local.cache_prefix
  upstream_registry_url = "registry-1.docker.io"
  credential_arn        = var.docker_hub_secret_arn
}

# ECR makes a repository at the first pull of an image, by the rights of the node that pulls.
data "aws_iam_policy_document" "cache" {
  statement {
    actions   = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
    resources = ["arn:${data.aws_partition.this.partition}:ecr:${data.aws_region.this.region}:${data.aws_caller_identity.this.account_id}:repository/${local.cache_prefix}/*"]
  }
}

resource "aws_iam_role_policy" "cache" {
  count  = var.docker_hub_secret_arn == null ? 0 : 1
  name   = "image-cache"
  role   = var.node_role_name
  policy = data.aws_iam_policy_document.cache.json
}

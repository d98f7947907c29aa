provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]
  default_tags {
    tags = {
      Platform    = var.topology.name
      Environment = var.environment
      ManagedBy   = "terraform"
    }
  }
}

provider "helm" {
  kubernetes = {
    host                   = var.api_tunnel_port == null ? module.cluster.endpoint : "https://127.0.0.1:${var.api_tunnel_port}"
    tls_server_name        = trimprefix(module.cluster.endpoint, "https://")
    cluster_ca_certificate = base64decode(module.cluster.certificate_authority)
    exec = {
      api_version = "client.authentication.k8s.io/v1"
      command     = "aws"
      args        = ["eks", "get-token", "--cluster-name", module.cluster.name, "--region", var.region]
    }
  }
}

locals {
  # Everything of an environment has this prefix, so two of them share an account without meeting.
  name = "${var.topology.name}-${var.environment}"
}

module "network" {
  source       = "../modules/network"
  name         = local.name
  cidr         = var.network.cidr
  zones        = var.network.zones
  nat_per_zone = var.network.nat_per_zone

  permissions_boundary_arn = module.ci.boundary_arn
}

module "cluster" {
  source                      = "../modules/cluster"
  name                        = local.name
  kubernetes_version          = var.cluster.kubernetes_version
  vpc_id                      = module.network.vpc_id
  subnet_ids                  = module.network.private_subnet_ids
  api_allowed_cidrs           = var.cluster.api_allowed_cidrs
  api_allowed_private_cidrs   = var.cluster.api_allowed_private_cidrs
  api_allowed_security_groups = var.cluster.api_allowed_security_groups
  access_entries = merge(var.cluster.access_entries, {
    pipeline = { principal_arn = module.ci.role_arns["apply"], policy = "AmazonEKSClusterAdminPolicy" }
  })
  platform_namespace  = var.topology.namespace
  node_groups         = var.cluster.node_groups
  controller_charts   = var.cluster.controller_charts
  deletion_protection = var.deletion_protection
  secret_arns         = concat(module.database.client_secret_arns, [module.database.master_secret_arn])
  secrets_key_arn     = module.database.key_arn

  permissions_boundary_arn = module.ci.boundary_arn
}

module "database" {
  source                  = "../modules/database"
  name                    = local.name
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.database_subnet_ids
  database                = var.topology.name
  port                    = var.topology.database.port
  clients                 = var.topology.database.clients
  instance_class          = var.database.instance_class
  multi_az                = var.database.multi_az
  storage_gib             = var.database.storage_gib
  backup_days             = var.database.backup_days
  backup_region           = var.database.backup_region
  client_password_version = var.database.client_password_version
  final_snapshot          = var.database.final_snapshot
  deletion_protection     = var.deletion_protection

  permissions_boundary_arn = module.ci.boundary_arn
}

module "registry" {
  source = "../modules/registry"
  name   = local.name
  images = var.topology.images

  docker_hub_secret_arn = var.docker_hub_secret_arn
  node_role_name        = module.cluster.node_role_name

  deletion_protection = var.deletion_protection
}

module "edge" {
  source                 = "../modules/edge"
  name                   = local.name
  domain                 = var.edge.domain
  zone_id                = var.edge.zone_id
  vpc_id                 = module.network.vpc_id
  subnet_ids             = module.network.public_subnet_ids
  node_security_group_id = module.cluster.node_security_group_id
  deletion_protection    = var.deletion_protection
}

module "alarms" {
  source     = "../modules/alarms"
  name       = local.name
  emails     = var.alarms.emails
  budget_usd = var.alarms.budget_usd
  database = {
    identifier  = module.database.identifier
    storage_gib = var.database.storage_gib
    connections = var.alarms.database_connections
  }
  edge              = module.edge.arn_suffixes
  cluster_log_group = module.cluster.log_group
  pod_log_group     = module.cluster.pod_log_group
}

module "ci" {
  source          = "../modules/ci"
  name            = local.name
  repository      = var.ci.repository
  environment     = var.environment
  create_provider = var.ci.create_provider
  state_bucket    = var.ci.state_bucket
  state_key       = var.ci.state_key
  backup_region   = var.database.backup_region
}

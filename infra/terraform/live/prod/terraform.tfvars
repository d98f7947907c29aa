environment         = "prod"
account_id          = "222222222222" # an example: write your own
region              = "us-east-1"
deletion_protection = true

network = {
  cidr         = "10.41.0.0/16"
  zones        = ["us-east-1a", "us-east-1b", "us-east-1c"]
  nat_per_zone = true
}

cluster = {
  kubernetes_version = "1.36"
  api_allowed_cidrs  = [] # inside the VPC only: reach it through ./tunnel, or allow an office's range here
  access_entries = {
    administrators = { principal_arn = "arn:aws:iam::222222222222:role/administrators", policy = "AmazonEKSClusterAdminPolicy" }
  }
  node_groups = {
    arm64  = { architecture = "arm64", instance_types = ["m7g.large", "m8g.large"], minimum = 3, maximum = 12, disk_gib = 80 }
    x86-64 = { architecture = "x86-64", instance_types = ["m7i.large", "m6i.large"], minimum = 3, maximum = 12, disk_gib = 80 }
  }
  controller_charts = { load_balancer_controller = "3.4.0", external_secrets = "2.11.0", cluster_autoscaler = "9.59.0", kyverno = "3.9.1", fluent_bit = "0.2.0" }
}

database = {
  instance_class          = "db.m7g.large"
  multi_az                = true
  storage_gib             = 100
  backup_days             = 30
  backup_region           = "us-west-2" # a copy of every backup, for the loss of the region
  client_password_version = 1
}

alarms = {
  emails               = ["platform@example.com"]
  budget_usd           = 1300
  database_connections = 250 # a pool of 10 in each pod of core at its most, and a rollout's
}

edge = { domain = "www.example.com", zone_id = "Z0000000000000000000" }

ci = {
  repository      = "example/platform"
  create_provider = true
  state_bucket    = "example-terraform-state-222222222222"
  state_key       = "prod.tfstate"
}

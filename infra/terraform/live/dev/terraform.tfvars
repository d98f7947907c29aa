environment         = "dev"
account_id          = "111111111111" # an example: write your own
region              = "us-east-1"
deletion_protection = false

network = {
  cidr         = "10.40.0.0/16"
  zones        = ["us-east-1a", "us-east-1b", "us-east-1c"]
  nat_per_zone = false
}

cluster = {
  kubernetes_version = "1.36"
  api_allowed_cidrs  = [] # inside the VPC only: reach it through ./tunnel, or allow an office's range here
  access_entries = {
    administrators = { principal_arn = "arn:aws:iam::111111111111:role/administrators", policy = "AmazonEKSClusterAdminPolicy" }
  }
  node_groups = {
    arm64  = { architecture = "arm64", instance_types = ["m7g.large", "m8g.large"], minimum = 2, maximum = 4, disk_gib = 40 }
    x86-64 = { architecture = "x86-64", instance_types = ["m7i.large", "m6i.large"], minimum = 2, maximum = 4, disk_gib = 40 }
  }
  controller_charts = { load_balancer_controller = "3.4.0", external_secrets = "2.11.0", cluster_autoscaler = "9.59.0", kyverno = "3.9.1", fluent_bit = "0.2.0" }
}

database = {
  instance_class          = "db.t4g.medium"
  multi_az                = false
  storage_gib             = 20
  backup_days             = 7
  client_password_version = 1
  final_snapshot          = false # what dev holds can be made again
}

alarms = {
  emails               = []
  budget_usd           = 700
  database_connections = 250
}

edge = { domain = "dev.example.com", zone_id = "Z0000000000000000000" }

ci = {
  repository      = "example/platform"
  create_provider = true
  state_bucket    = "example-terraform-state-111111111111"
  state_key       = "dev.tfstate"
}

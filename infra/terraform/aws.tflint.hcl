# With the AWS rules, whose plugin tflint downloads from GitHub: the workflow terraform.yaml runs this one.
plugin "terraform" {
  enabled = true
  preset  = "all"
}

plugin "aws" {
  enabled = true
  version = "0.48.0"
  source  = "github.com/terraform-linters/tflint-ruleset-aws"
}

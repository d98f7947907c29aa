# The Terraform rules that tflint brings along. Its AWS rules are a plugin that is downloaded from GitHub: see aws.tflint.hcl.
plugin "terraform" {
  enabled = true
  preset  = "all"
}

# The password of the one client of earlier releases is one of several now.
moved {
  from = aws_secretsmanager_secret.client
  to   = aws_secretsmanager_secret.client["core"]
}

moved {
  from = aws_secretsmanager_secret_version.client
  to   = aws_secretsmanager_secret_version.client["core"]
}

# Broker, cache and hints. Nothing in it must last (docs/without-valkey.md), yet two zones spare the minutes without it.
resource "aws_elasticache_subnet_group" "nocturne" {
  name       = "nocturne"
  subnet_ids = var.subnet_ids
}

resource "aws_elasticache_parameter_group" "nocturne" {
  name   = "nocturne-valkey8"
  family = "valkey8"
  # a broker that forgets messages is worse than one that refuses them
  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

resource "random_password" "valkey" {
  length  = 48
  special = false
}

resource "aws_elasticache_replication_group" "nocturne" {
  replication_group_id       = "nocturne"
  description                = "Broker, cache and hints"
  engine                     = "valkey"
  engine_version             = "8.0"
  node_type                  = var.valkey_node
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.nocturne.arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  auth_token                 = random_password.valkey.result
  subnet_group_name          = aws_elasticache_subnet_group.nocturne.name
  security_group_ids         = [aws_security_group.services.id]
  parameter_group_name       = aws_elasticache_parameter_group.nocturne.name
  snapshot_retention_limit   = 1
  apply_immediately          = false
}

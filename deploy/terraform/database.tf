resource "aws_security_group" "services" {
  name        = "nocturne-services"
  description = "PostgreSQL and Valkey, from the cluster alone"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "postgres" {
  security_group_id            = aws_security_group.services.id
  description                  = "PostgreSQL from the cluster"
  referenced_security_group_id = var.cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_ingress_rule" "valkey" {
  security_group_id            = aws_security_group.services.id
  description                  = "Valkey from the cluster"
  referenced_security_group_id = var.cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

resource "aws_db_subnet_group" "nocturne" {
  name       = "nocturne"
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "nocturne" {
  name   = "nocturne-postgres16"
  family = "postgres16"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  parameter {
    name  = "log_statement"
    value = "ddl"
  }
  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }
  # a statement of a reader on the replica is not cancelled because the primary cleans up behind it
  parameter {
    name  = "hot_standby_feedback"
    value = "1"
  }
}

resource "aws_iam_role" "monitoring" {
  name = "nocturne-database-monitoring"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:${data.aws_partition.here.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

# Backups of 30 days: with them any second of that time can be restored (docs/operations/restore.md).
resource "aws_db_instance" "primary" {
  identifier                          = "nocturne"
  engine                              = "postgres"
  engine_version                      = "16"
  instance_class                      = var.database_class
  db_name                             = "nocturne"
  username                            = "nocturne"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.nocturne.arn
  allocated_storage                   = 100
  max_allocated_storage               = 1000
  storage_type                        = "gp3"
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.nocturne.arn
  multi_az                            = true
  db_subnet_group_name                = aws_db_subnet_group.nocturne.name
  vpc_security_group_ids              = [aws_security_group.services.id]
  parameter_group_name                = aws_db_parameter_group.nocturne.name
  publicly_accessible                 = false
  iam_database_authentication_enabled = true
  backup_retention_period             = 30
  backup_window                       = "02:00-03:00"
  copy_tags_to_snapshot               = true
  maintenance_window                  = "sun:03:30-sun:04:30"
  auto_minor_version_upgrade          = true
  deletion_protection                 = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "nocturne-last"
  performance_insights_enabled        = true
  performance_insights_kms_key_id     = aws_kms_key.nocturne.arn
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]
  monitoring_interval                 = 60
  monitoring_role_arn                 = aws_iam_role.monitoring.arn
}

# For reports and for a takeover; Nocturne itself reads from the primary.
resource "aws_db_instance" "replica" {
  identifier                          = "nocturne-replica"
  replicate_source_db                 = aws_db_instance.primary.identifier
  instance_class                      = var.database_class
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.nocturne.arn
  multi_az                            = true
  vpc_security_group_ids              = [aws_security_group.services.id]
  parameter_group_name                = aws_db_parameter_group.nocturne.name
  publicly_accessible                 = false
  iam_database_authentication_enabled = true
  copy_tags_to_snapshot               = true
  auto_minor_version_upgrade          = true
  deletion_protection                 = true
  skip_final_snapshot                 = true
  performance_insights_enabled        = true
  performance_insights_kms_key_id     = aws_kms_key.nocturne.arn
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]
  monitoring_interval                 = 60
  monitoring_role_arn                 = aws_iam_role.monitoring.arn
}

resource "aws_db_event_subscription" "database" {
  name             = "nocturne-database"
  sns_topic        = var.alarm_topic_arn
  source_type      = "db-instance"
  source_ids       = [aws_db_instance.primary.identifier, aws_db_instance.replica.identifier]
  event_categories = ["failover", "failure", "low storage", "maintenance", "recovery"]
}

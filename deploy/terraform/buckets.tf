locals {
  buckets = toset(["pictures", "backups", "logs"])
}

resource "aws_s3_bucket" "nocturne" {
  #checkov:skip=CKV_AWS_144:a second region is chosen by who runs it; backups can go to two places
  #checkov:skip=CKV2_AWS_62:nobody has to be told of each object
  for_each = local.buckets
  bucket   = "${replace(var.host, ".", "-")}-${each.key}"
}

resource "aws_s3_bucket_versioning" "nocturne" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.nocturne[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "nocturne" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.nocturne[each.key].id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.nocturne.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "nocturne" {
  for_each                = local.buckets
  bucket                  = aws_s3_bucket.nocturne[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_logging" "nocturne" {
  for_each      = local.buckets
  bucket        = aws_s3_bucket.nocturne[each.key].id
  target_bucket = aws_s3_bucket.nocturne["logs"].id
  target_prefix = "s3/${each.key}/"
}

# Only by TLS.
data "aws_iam_policy_document" "by_tls" {
  for_each = local.buckets
  statement {
    sid       = "OnlyByTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.nocturne[each.key].arn, "${aws_s3_bucket.nocturne[each.key].arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "by_tls" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.nocturne[each.key].id
  policy   = data.aws_iam_policy_document.by_tls[each.key].json
}

# Tiers: what is seldom read becomes cheaper; former versions and old logs go.
resource "aws_s3_bucket_lifecycle_configuration" "nocturne" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.nocturne[each.key].id
  rule {
    id     = "tiers"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 3
    }
    transition {
      days          = 30
      storage_class = each.key == "pictures" ? "INTELLIGENT_TIERING" : "STANDARD_IA"
    }
    dynamic "expiration" {
      for_each = each.key == "logs" ? [1] : []
      content {
        days = 90
      }
    }
    noncurrent_version_transition {
      noncurrent_days = 30
      storage_class   = "STANDARD_IA"
    }
    # erased is erased: no former version of a picture or backup outlives the time that docs/privacy.md states
    noncurrent_version_expiration {
      noncurrent_days = each.key == "backups" ? 31 : 60
    }
  }
}

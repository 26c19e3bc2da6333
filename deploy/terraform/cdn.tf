# The CDN keeps what the site says may be kept (Cache-Control; docs/caching.md) and nothing else: cookies and Authorization pass.
resource "aws_cloudfront_cache_policy" "as_the_site_says" {
  name        = "nocturne"
  default_ttl = 0
  min_ttl     = 0
  max_ttl     = 31536000
  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip   = true
    enable_accept_encoding_brotli = true
    cookies_config {
      cookie_behavior = "all"
    }
    headers_config {
      header_behavior = "whitelist"
      headers {
        items = ["Host", "Accept", "Accept-Language", "Authorization", "Live-After"]
      }
    }
    query_strings_config {
      query_string_behavior = "all"
    }
  }
}

data "aws_cloudfront_origin_request_policy" "all" {
  name = "Managed-AllViewer"
}

resource "aws_cloudfront_distribution" "site" {
  #checkov:skip=CKV2_AWS_46:the origin is the ingress, no bucket
  #checkov:skip=CKV_AWS_310:one ingress in several zones; a second origin would be a second site
  #checkov:skip=CKV_AWS_374:events are for everybody
  #checkov:skip=CKV_AWS_305:the front page is the site's own
  #checkov:skip=CKV2_AWS_32:the site sends its own headers, stricter than a policy here could (docs/security.md)
  #checkov:skip=CKV2_AWS_47:the WAF's rules are given by variable
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  aliases         = [var.host]
  web_acl_id      = var.web_acl_arn

  origin {
    origin_id   = "site"
    domain_name = var.origin
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = 60
    }
  }

  default_cache_behavior {
    target_origin_id         = "site"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    cache_policy_id          = aws_cloudfront_cache_policy.as_the_site_says.id
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all.id
  }

  logging_config {
    bucket          = aws_s3_bucket.nocturne["logs"].bucket_domain_name
    prefix          = "cdn/"
    include_cookies = false
  }

  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
}

variable "seconds" { type = number }

data "aws_cloudfront_cache_policy" "optimized" {
  name = "Managed-CachingOptimized"
}

data "aws_cloudfront_origin_request_policy" "cors" {
  name = "Managed-CORS-CustomOrigin"
}

data "aws_cloudfront_response_headers_policy" "security" {
  name = "Managed-SecurityHeadersPolicy"
}

resource "aws_cloudfront_cache_policy" "pages" {
  name        = "pages"
  comment     = "by language"
  min_ttl     = 1
  default_ttl = var.seconds
  max_ttl     = 86400
  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip   = true
    enable_accept_encoding_brotli = true
    headers_config {
      header_behavior = "whitelist"
      headers {
        items = ["Accept-Language"]
      }
    }
    cookies_config {
      cookie_behavior = "none"
    }
    query_strings_config {
      query_string_behavior = "allExcept"
      query_strings {
        items = ["utm_source", "utm_medium"]
      }
    }
  }
}

resource "aws_cloudfront_origin_request_policy" "pages" {
  name = "pages"
  headers_config {
    header_behavior = "whitelist"
    headers {
      items = ["Referer"]
    }
  }
  cookies_config {
    cookie_behavior = "all"
  }
  query_strings_config {
    query_string_behavior = "all"
  }
}

resource "aws_cloudfront_response_headers_policy" "pages" {
  name = "pages"
  cors_config {
    access_control_allow_credentials = false
    access_control_allow_headers {
      items = ["*"]
    }
    access_control_allow_methods {
      items = ["GET", "HEAD"]
    }
    access_control_allow_origins {
      items = ["https://*.tf.example"]
    }
    access_control_max_age_sec = 600
    origin_override            = true
  }
  custom_headers_config {
    items {
      header   = "X-Served-By"
      value    = "pages"
      override = true
    }
  }
  remove_headers_config {
    items {
      header = "X-Powered-By"
    }
  }
  server_timing_headers_config {
    enabled       = true
    sampling_rate = 10
  }
}

resource "aws_cloudfront_origin_access_control" "bucket" {
  name                              = "bucket"
  description                       = "kept"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "site" {
  enabled             = true
  is_ipv6_enabled     = true
  comment             = "kept for ${var.seconds} seconds"
  default_root_object = "index.html"
  http_version        = "http2and3"
  price_class         = "PriceClass_100"

  origin {
    origin_id   = "first"
    domain_name = "first.tf.example"
    origin_path = "/base"
    custom_origin_config {
      http_port                = 80
      https_port               = 443
      origin_protocol_policy   = "https-only"
      origin_ssl_protocols     = ["TLSv1.2"]
      origin_read_timeout      = 20
      origin_keepalive_timeout = 10
    }
    custom_header {
      name  = "X-From"
      value = "edge"
    }
    origin_shield {
      enabled              = true
      origin_shield_region = "eu-central-1"
    }
  }

  origin {
    origin_id           = "second"
    domain_name         = "second.tf.example"
    connection_attempts = 2
    connection_timeout  = 5
    custom_origin_config {
      http_port              = 8080
      https_port             = 8443
      origin_protocol_policy = "match-viewer"
      origin_ssl_protocols   = ["TLSv1.1", "TLSv1.2"]
    }
  }

  origin_group {
    origin_id = "both"
    failover_criteria {
      status_codes = [500, 502, 503, 504]
    }
    member {
      origin_id = "first"
    }
    member {
      origin_id = "second"
    }
  }

  default_cache_behavior {
    target_origin_id           = "both"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = aws_cloudfront_cache_policy.pages.id
    origin_request_policy_id   = aws_cloudfront_origin_request_policy.pages.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.pages.id
  }

  ordered_cache_behavior {
    path_pattern               = "/static/*"
    target_origin_id           = "second"
    viewer_protocol_policy     = "allow-all"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = data.aws_cloudfront_cache_policy.optimized.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.cors.id
    response_headers_policy_id = data.aws_cloudfront_response_headers_policy.security.id
  }

  ordered_cache_behavior {
    path_pattern           = "/older/*"
    target_origin_id       = "first"
    viewer_protocol_policy = "https-only"
    allowed_methods        = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    cached_methods         = ["GET", "HEAD"]
    min_ttl                = 0
    default_ttl            = 60
    max_ttl                = 600
    forwarded_values {
      query_string = true
      headers      = ["Origin"]
      cookies {
        forward           = "whitelist"
        whitelisted_names = ["session"]
      }
    }
  }

  custom_error_response {
    error_code            = 404
    response_code         = 200
    response_page_path    = "/missing.html"
    error_caching_min_ttl = 30
  }

  custom_error_response {
    error_code            = 503
    error_caching_min_ttl = 0
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }

  tags = {
    env = "dev"
  }
}

output "distribution" { value = aws_cloudfront_distribution.site.id }
output "policy" { value = aws_cloudfront_cache_policy.pages.id }

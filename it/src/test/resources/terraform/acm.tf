variable "certificate" { type = string }
variable "private_key" { type = string }
variable "chain" { type = string }

# Its names are in a zone that the account hosts, so the validation records are there by themselves.
resource "aws_acm_certificate" "site" {
  domain_name               = "acm-tf.example"
  subject_alternative_names = ["*.acm-tf.example", "www.acm-tf.example"]
  validation_method         = "DNS"
  key_algorithm             = "EC_prime256v1"
  options {
    certificate_transparency_logging_preference = "DISABLED"
  }
  tags = {
    env  = "dev"
    flag = ""
  }
}

resource "aws_acm_certificate_validation" "site" {
  certificate_arn = aws_acm_certificate.site.arn
  validation_record_fqdns = [
    for option in aws_acm_certificate.site.domain_validation_options : option.resource_record_name
  ]
}

resource "aws_acm_certificate" "imported" {
  certificate_body  = file(var.certificate)
  private_key       = file(var.private_key)
  certificate_chain = file(var.chain)
  tags = {
    from = "elsewhere"
  }
}

output "imported" { value = aws_acm_certificate.imported.arn }
output "issued" { value = aws_acm_certificate_validation.site.certificate_arn }

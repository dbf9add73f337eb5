resource "aws_lightsail_domain" "zone" {
  domain_name = "tf.example"
}

resource "aws_lightsail_certificate" "site" {
  name                      = "site"
  domain_name               = "tf.example"
  subject_alternative_names = ["www.tf.example", "api.tf.example"]
  tags = {
    env  = "dev"
    flag = ""
  }
  depends_on = [aws_lightsail_domain.zone]
}

locals {
  names = ["tf.example", "www.tf.example", "api.tf.example"]
  proofs = {
    for option in aws_lightsail_certificate.site.domain_validation_options : option.domain_name => option
  }
}

# Equal to the records that the zone has of itself: the entries take them over. AWS keeps a target without its last dot.
resource "aws_lightsail_domain_entry" "proof" {
  for_each    = toset(local.names)
  domain_name = aws_lightsail_domain.zone.domain_name
  name        = trimsuffix(local.proofs[each.key].resource_record_name, ".tf.example.")
  type        = local.proofs[each.key].resource_record_type
  target      = trimsuffix(local.proofs[each.key].resource_record_value, ".")
}

locals {
  entries = {
    a     = { name = "host", type = "A", target = "192.0.2.1" }
    aaaa  = { name = "host", type = "AAAA", target = "2001:db8::1" }
    apex  = { name = "", type = "A", target = "192.0.2.2" }
    cname = { name = "alias", type = "CNAME", target = "host.tf.example" }
    mx    = { name = "", type = "MX", target = "10 mail.tf.example" }
    ns    = { name = "child", type = "NS", target = "ns.other.example" }
    srv   = { name = "_sip._tcp", type = "SRV", target = "1 10 5060 sip.tf.example" }
    txt   = { name = "", type = "TXT", target = "\"v=spf1 -all\"" }
    star  = { name = "*", type = "A", target = "192.0.2.3" }
    dmarc = { name = "_dmarc", type = "TXT", target = "\"v=DMARC1; p=none\"" }
  }
}

resource "aws_lightsail_domain_entry" "entry" {
  for_each    = local.entries
  domain_name = aws_lightsail_domain.zone.domain_name
  name        = each.value.name
  type        = each.value.type
  target      = each.value.target
}

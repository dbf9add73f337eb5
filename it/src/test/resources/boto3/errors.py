"""Does what must be refused, in one process because starting boto3 takes seconds. Prints one JSON object a case: what boto3
raised, or what came back on the wire where boto3 cannot be brought to send such a request.

Usage: errors.py ENDPOINT ACCESS_KEY SECRET_KEY ORIGIN_PORT
"""

import datetime
import http.client
import json
import re
import sys
import time
import urllib.parse

import boto3
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

ENDPOINT, ACCESS_KEY, SECRET_KEY, ORIGIN_PORT = sys.argv[1:5]
ADDRESS = urllib.parse.urlsplit(ENDPOINT).netloc
TARGETS = {"lightsail": "Lightsail_20161128.", "acm": "CertificateManager."}
UNKNOWN_UUID = "00000000-0000-4000-8000-000000000000"
NO_DISTRIBUTION = "E0000000000000"


def client(service, region="us-east-1", key=ACCESS_KEY, secret=SECRET_KEY, token=None, **config):
    # The server must find what boto3 would find itself, and LimitExceededException counts as throttling there.
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=120, **config)
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=config,
    )


class DatedAuth(SigV4Auth):
    """Signs as of any time."""

    def __init__(self, service, region, age):
        super().__init__(Credentials(ACCESS_KEY, SECRET_KEY), service, region)
        signed_at = datetime.datetime.now(datetime.timezone.utc) - age
        self.stamp = signed_at.strftime("%Y%m%dT%H%M%SZ")

    def add_auth(self, request):
        request.context["timestamp"] = self.stamp
        self._modify_request_before_signing(request)
        canonical = self.canonical_request(request)
        signature = self.signature(self.string_to_sign(request, canonical), request)
        self._inject_signature_to_request(request, signature)


def send(method, path, headers, body, service=None, region="us-east-1", age=0):
    """A request of any form; unsigned without a service."""
    request = AWSRequest(method=method, url=ENDPOINT + path, data=body, headers=headers)
    if service:
        DatedAuth(service, region, datetime.timedelta(minutes=age)).add_auth(request)
    connection = http.client.HTTPConnection(ADDRESS, timeout=120)
    connection.request(method, path, body, dict(request.headers.items()))
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return wire_answer(answer, text)


def wire_answer(answer, text):
    result = {"status": answer.status, "requestId": answer.headers.get("x-amzn-RequestId", "")}
    if answer.headers.get("Content-Type", "").startswith("application/x-amz-json"):
        error = json.loads(text)
        result["code"] = error.get("__type", "")
        result["message"] = error.get("message", error.get("Message", ""))
        result["fine"] = error.get("code", "")
        if answer.status >= 400 and answer.headers.get("x-amzn-ErrorType", "") != result["code"]:
            result["code"] += " but x-amzn-ErrorType is " + answer.headers.get("x-amzn-ErrorType", "missing")
    else:
        for member in ("Code", "Message", "RequestId"):
            found = re.search(f"<{member}>(.*?)</{member}>", text, re.DOTALL)
            result[member[0].lower() + member[1:]] = found.group(1) if found else ""
    return result


def json_call(service, operation, body, signed_for=None, **signing):
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": TARGETS[service] + operation}
    return send("POST", "/", headers, body, signed_for or service, **signing)


def xml_call(method, path, body, **signing):
    return send(method, "/2020-05-31" + path, {"Content-Type": "application/xml"}, body, "cloudfront", **signing)


def query_call(body, **signing):
    return send("POST", "/", {"Content-Type": "application/x-www-form-urlencoded"}, body, "sts", **signing)


def sibling(arn, tail):
    return arn.rsplit("/", 1)[0] + "/" + tail


def outcome(action):
    try:
        result = action()
    except ClientError as refused:
        error = refused.response["Error"]
        metadata = refused.response["ResponseMetadata"]
        return {
            "exception": type(refused).__name__,
            "code": error.get("Code", ""),
            "status": metadata["HTTPStatusCode"],
            "message": error.get("Message", ""),
            "requestId": metadata.get("RequestId", ""),
            "fine": refused.response.get("code", ""),
        }
    if isinstance(result, dict) and "status" in result:
        return {"exception": "", **result}
    return {"exception": "none", "answer": str(result)}


def case(name, action):
    try:
        line = outcome(action)
    except Exception as broken:  # one broken case must not hide the others
        line = {"exception": "broken", "message": repr(broken)}
    print(json.dumps({"case": name, **line}), flush=True)


def until(what, check):
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(0.2)
    raise SystemExit("gave up waiting for " + what)


lightsail = client("lightsail")
acm = client("acm")
cloudfront = client("cloudfront")


def distribution_config(reference, **more):
    origin = {
        "HTTPPort": int(ORIGIN_PORT),
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "http-only",
    }
    config = {
        "CallerReference": reference,
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "app", "DomainName": "127.0.0.1", "CustomOriginConfig": origin}]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "app",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
    }
    config.update(more)
    return config


def named(alias, certificate):
    return {
        "Aliases": {"Quantity": 1, "Items": [alias]},
        "ViewerCertificate": {
            "ACMCertificateArn": certificate,
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
    }


def lightsail_certificate(name, domain, alternates=(), region=lightsail):
    return region.create_certificate(
        certificateName=name, domainName=domain, subjectAlternativeNames=list(alternates)
    )


def lightsail_issued(name):
    found = lightsail.get_certificates(certificateName=name)["certificates"][0]
    return found["certificateDetail"]["status"] == "ISSUED"


def lightsail_deployed(name):
    return lightsail.get_distributions(distributionName=name)["distributions"][0]["status"] == "Deployed"


def lightsail_distribution(name, region=lightsail):
    return region.create_distribution(
        distributionName=name,
        origin={"name": "127.0.0.1:" + ORIGIN_PORT, "regionName": "us-east-1", "protocolPolicy": "http-only"},
        defaultCacheBehavior={"behavior": "cache"},
        bundleId="small_1_0",
    )


def attach(distribution, certificate):
    return lightsail.attach_certificate_to_distribution(distributionName=distribution, certificateName=certificate)


def entry(call, name, kind, target):
    return call(domainName="matrix.example", domainEntry={"name": name, "type": kind, "target": target})


def lightsail_credentials():
    case("lightsail no credentials", lambda: client("lightsail", signature_version=UNSIGNED).get_regions())
    case("lightsail wrong key", lambda: client("lightsail", key="AKIAUNKNOWNUNKNOWN00").get_regions())
    case("lightsail wrong signature", lambda: client("lightsail", secret="not the secret").get_regions())
    case("lightsail session token", lambda: client("lightsail", token="any").get_regions())
    case("lightsail expired date", lambda: json_call("lightsail", "GetRegions", "{}", age=60))
    case("lightsail date to come", lambda: json_call("lightsail", "GetRegions", "{}", age=-60))
    case("lightsail wrong service in scope", lambda: json_call("lightsail", "GetRegions", "{}", signed_for="ec2"))
    case(
        "lightsail malformed authorization",
        lambda: send(
            "POST",
            "/",
            {
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "Lightsail_20161128.GetRegions",
                "Authorization": "AWS4-HMAC-SHA256 Credential=" + ACCESS_KEY,
            },
            "{}",
        ),
    )


def lightsail_requests():
    case("lightsail unknown operation", lambda: json_call("lightsail", "NoSuchOperation", "{}"))
    case("lightsail operation not offered", lambda: lightsail.get_instances())
    case("lightsail malformed JSON", lambda: json_call("lightsail", "CreateCertificate", '{"certificateName": '))
    case("lightsail JSON of a wrong type", lambda: json_call("lightsail", "CreateCertificate", '{"certificateName": []}'))
    case("lightsail JSON too deep", lambda: json_call("lightsail", "GetRegions", '{"a":' * 100000))
    case("lightsail body too large", lambda: json_call("lightsail", "GetRegions", " " * (5 << 20)))
    case("lightsail missing member", lambda: lightsail.create_certificate(domainName="a.matrix.example"))
    case("lightsail unknown member is ignored", lambda: json_call("lightsail", "GetRegions", '{"newInAWS": {"a": [1]}}'))


def lightsail_certificates():
    ten = [f"a{n}.matrix.example" for n in range(10)]
    case("lightsail ten alternates", lambda: lightsail_certificate("ten", "matrix.example", ten))
    case("lightsail nine alternates", lambda: lightsail_certificate("nine", "matrix.example", ten[:9]))
    case("lightsail wildcard primary", lambda: lightsail_certificate("wild", "*.matrix.example"))
    case("lightsail wildcard alternate", lambda: lightsail_certificate("wild", "matrix.example", ["*.matrix.example"]))
    case("lightsail name of one label", lambda: lightsail_certificate("label", "localhost"))
    case("lightsail name with underscore", lambda: lightsail_certificate("under", "a_b.matrix.example"))
    case("lightsail name too long", lambda: lightsail_certificate("long", ".".join(["a" * 60] * 5)))
    case("lightsail IP address", lambda: lightsail_certificate("address", "192.0.2.1"))
    case("lightsail empty name", lambda: lightsail_certificate("empty", ""))
    case("lightsail bad certificate name", lambda: lightsail_certificate("-bad-", "a.matrix.example"))
    case("lightsail certificate name with space", lambda: lightsail_certificate("a b", "a.matrix.example"))
    case("lightsail duplicate name", lambda: lightsail_certificate("nine", "other.matrix.example"))
    case("lightsail same name in another Region", lambda: lightsail_certificate("nine", "b.matrix.example", (), elsewhere))
    case("lightsail Region not offered", lambda: lightsail_certificate("mars", "c.matrix.example", (), client("lightsail", region="mars-north-1")))
    case("lightsail delete unknown certificate", lambda: lightsail.delete_certificate(certificateName="unknown"))
    case(
        "lightsail get unknown certificate",
        lambda: lightsail.get_certificates(certificateName="unknown")["certificates"],
    )
    case(
        "lightsail reserved tag",
        lambda: lightsail.create_certificate(
            certificateName="tagged", domainName="a.matrix.example", tags=[{"key": "aws:x", "value": "y"}]
        ),
    )
    case("lightsail bad page token", lambda: lightsail.get_certificates(pageToken="no such token"))


def lightsail_distributions():
    case("lightsail distribution elsewhere", lambda: lightsail_distribution("far", elsewhere))
    case("lightsail attach unknown certificate", lambda: attach("front", "unknown"))
    case("lightsail attach to unknown distribution", lambda: attach("unknown", "used"))
    case("lightsail attach pending certificate", lambda: attach("front", "pending"))
    case("lightsail attach from another Region", lambda: attach("front", "far"))
    attach("front", "used")
    until("the attached certificate to be served", lambda: lightsail_deployed("front"))
    case("lightsail attach a second certificate", lambda: attach("front", "used"))
    case("lightsail attach names in use", lambda: attach("back", "rival"))
    case("lightsail delete certificate in use", lambda: lightsail.delete_certificate(certificateName="used"))
    case(
        "lightsail detach nothing",
        lambda: lightsail.detach_certificate_from_distribution(distributionName="back"),
    )
    case("lightsail get unknown distribution", lambda: lightsail.get_distributions(distributionName="unknown"))
    case("lightsail duplicate distribution name", lambda: lightsail_distribution("front"))
    case("lightsail distribution named as a certificate", lambda: lightsail_distribution("used"))


def lightsail_domains():
    add, drop = lightsail.create_domain_entry, lightsail.delete_domain_entry
    case("lightsail domain elsewhere", lambda: elsewhere.create_domain(domainName="far.example"))
    case("lightsail duplicate domain", lambda: lightsail.create_domain(domainName="matrix.example"))
    case("lightsail unknown domain", lambda: lightsail.get_domain(domainName="unknown.example"))
    entry(add, "host.matrix.example", "A", "192.0.2.1")
    case("lightsail duplicate entry", lambda: entry(add, "host.matrix.example", "A", "192.0.2.1"))
    case("lightsail CNAME at the apex", lambda: entry(add, "matrix.example", "CNAME", "a.example"))
    case("lightsail entry outside the zone", lambda: entry(add, "other.example", "A", "192.0.2.1"))
    case("lightsail entry of unknown type", lambda: entry(add, "x.matrix.example", "CAA", "0 issue"))
    case("lightsail entry with a bad address", lambda: entry(add, "x.matrix.example", "A", "not an address"))
    case("lightsail delete unknown entry", lambda: entry(drop, "nobody.matrix.example", "A", "192.0.2.1"))
    case("lightsail unknown operation id", lambda: lightsail.get_operation(operationId=UNKNOWN_UUID))
    case(
        "lightsail tag unknown resource",
        lambda: lightsail.tag_resource(resourceName="unknown", tags=[{"key": "a", "value": "b"}]),
    )


def acm_cases(issued, in_use, lightsails):
    pending = acm.request_certificate(DomainName="nowhere.unproven.example", ValidationMethod="DNS")["CertificateArn"]
    unknown = sibling(issued, UNKNOWN_UUID)
    case("acm no credentials", lambda: client("acm", signature_version=UNSIGNED).list_certificates())
    case("acm wrong key", lambda: client("acm", key="AKIAUNKNOWNUNKNOWN00").list_certificates())
    case("acm wrong signature", lambda: client("acm", secret="not the secret").list_certificates())
    case("acm expired date", lambda: json_call("acm", "ListCertificates", "{}", age=60))
    case("acm unknown operation", lambda: json_call("acm", "NoSuchOperation", "{}"))
    case("acm operation not offered", lambda: json_call("acm", "CreateAcmeEndpoint", "{}"))
    case("acm malformed JSON", lambda: json_call("acm", "ListCertificates", "{]"))
    case("acm missing member", lambda: acm.request_certificate(ValidationMethod="DNS"))
    case("acm unknown ARN", lambda: acm.describe_certificate(CertificateArn=unknown))
    case("acm ARN of another Region", lambda: client("acm", region="eu-west-1").describe_certificate(CertificateArn=issued))
    case("acm bad ARN", lambda: acm.describe_certificate(CertificateArn="arn:aws:acm:us-east-1:111122223333:other/thing"))
    case("acm text that is no ARN", lambda: acm.describe_certificate(CertificateArn="certificate number five"))
    case("acm get pending certificate", lambda: acm.get_certificate(CertificateArn=pending))
    case("acm bad name", lambda: acm.request_certificate(DomainName="a.*.matrix.example", ValidationMethod="DNS"))
    case("acm e-mail validation", lambda: acm.request_certificate(DomainName="a.matrix.example", ValidationMethod="EMAIL"))
    case(
        "acm eleven names",
        lambda: acm.request_certificate(
            DomainName="matrix.example",
            ValidationMethod="DNS",
            SubjectAlternativeNames=[f"n{n}.matrix.example" for n in range(10)],
        ),
    )
    case("acm import of no PEM", lambda: acm.import_certificate(Certificate=b"not PEM", PrivateKey=b"nor this"))
    pem = acm.get_certificate(CertificateArn=issued)
    case(
        "acm import of a key that is none",
        lambda: acm.import_certificate(
            Certificate=pem["Certificate"].encode(),
            PrivateKey=b"nor this",
            CertificateChain=pem["CertificateChain"].encode(),
        ),
    )
    case("acm delete certificate in use", lambda: acm.delete_certificate(CertificateArn=in_use))
    case("acm delete Lightsail's certificate", lambda: acm.delete_certificate(CertificateArn=lightsails))
    case("acm delete unknown certificate", lambda: acm.delete_certificate(CertificateArn=unknown))
    case(
        "acm reserved tag",
        lambda: acm.add_tags_to_certificate(CertificateArn=issued, Tags=[{"Key": "aws:x", "Value": "y"}]),
    )
    case(
        "acm waiter ends",
        lambda: acm.get_waiter("certificate_validated").wait(
            CertificateArn=issued, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        ),
    )


def cloudfront_cases(issued):
    made = cloudfront.create_distribution(DistributionConfig=distribution_config("one", **named("cf.matrix.example", issued)))
    one, etag = made["Distribution"]["Id"], made["ETag"]
    case(
        "cloudfront waiter ends",
        lambda: cloudfront.get_waiter("distribution_deployed").wait(
            Id=one, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        ),
    )

    def update(reference="one", **more):
        return cloudfront.update_distribution(
            Id=one, DistributionConfig=distribution_config(reference, **named("cf.matrix.example", issued)), **more
        )

    def create(reference, **more):
        return cloudfront.create_distribution(DistributionConfig=distribution_config(reference, **more))

    arn = made["Distribution"]["ARN"]
    unknown = sibling(issued, UNKNOWN_UUID)
    case("cloudfront no credentials", lambda: client("cloudfront", signature_version=UNSIGNED).list_distributions())
    case("cloudfront wrong key", lambda: client("cloudfront", key="AKIAUNKNOWNUNKNOWN00").list_distributions())
    case("cloudfront wrong signature", lambda: client("cloudfront", secret="not the secret").list_distributions())
    case("cloudfront expired date", lambda: xml_call("GET", "/distribution", "", age=60))
    case("cloudfront wrong Region in scope", lambda: xml_call("GET", "/distribution", "", region="eu-central-1"))
    case("cloudfront unknown path", lambda: xml_call("GET", "/no-such-thing", ""))
    case("cloudfront operation not offered", lambda: cloudfront.list_functions())
    case("cloudfront malformed XML", lambda: xml_call("POST", "/distribution", "<DistributionConfig><Comment>"))
    case("cloudfront XML with a document type", lambda: xml_call("POST", "/distribution", "<!DOCTYPE a []><a/>"))
    case("cloudfront missing body", lambda: xml_call("POST", "/distribution", ""))
    case("cloudfront missing member", lambda: cloudfront.create_distribution(DistributionConfig={"Comment": ""}))
    case("cloudfront unknown distribution", lambda: cloudfront.get_distribution(Id=NO_DISTRIBUTION))
    case("cloudfront delete unknown distribution", lambda: cloudfront.delete_distribution(Id=NO_DISTRIBUTION, IfMatch=etag))
    case("cloudfront missing If-Match", lambda: update())
    case("cloudfront bad If-Match", lambda: update(IfMatch="any"))
    renewed = update(IfMatch=etag)["ETag"]
    case("cloudfront stale If-Match", lambda: update(IfMatch=etag))
    case("cloudfront changed caller reference", lambda: update("two", IfMatch=renewed))
    case("cloudfront delete with stale If-Match", lambda: cloudfront.delete_distribution(Id=one, IfMatch=etag))
    case("cloudfront delete while enabled", lambda: cloudfront.delete_distribution(Id=one, IfMatch=renewed))
    case("cloudfront used caller reference", lambda: create("one"))
    case("cloudfront alias taken", lambda: create("taken", **named("cf.matrix.example", issued)))
    case("cloudfront alias without certificate", lambda: create("bare", Aliases={"Quantity": 1, "Items": ["x.matrix.example"]}))
    case("cloudfront alias not covered", lambda: create("uncovered", **named("x.elsewhere.example", issued)))
    case("cloudfront unknown certificate", lambda: create("unknown", **named("x.matrix.example", unknown)))
    case(
        "cloudfront unknown origin",
        lambda: create(
            "origin",
            DefaultCacheBehavior={
                "TargetOriginId": "other",
                "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        ),
    )
    case("cloudfront tags of unknown resource", lambda: cloudfront.list_tags_for_resource(Resource=sibling(arn, NO_DISTRIBUTION)))
    case("cloudfront tags of no resource", lambda: cloudfront.list_tags_for_resource(Resource="arn:aws:s3:::bucket"))


def sts_cases():
    version = "&Version=2011-06-15"
    case("sts no credentials", lambda: client("sts", signature_version=UNSIGNED).get_caller_identity())
    case("sts wrong key", lambda: client("sts", key="AKIAUNKNOWNUNKNOWN00").get_caller_identity())
    case("sts wrong signature", lambda: client("sts", secret="not the secret").get_caller_identity())
    case("sts expired date", lambda: query_call("Action=GetCallerIdentity" + version, age=60))
    case("sts unknown operation", lambda: query_call("Action=NoSuchOperation" + version))
    case("sts operation not offered", lambda: client("sts").assume_role(RoleArn="arn:aws:iam::111122223333:role/a", RoleSessionName="aa"))
    case("sts presigned", presigned)


def presigned():
    url = urllib.parse.urlsplit(client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET"))
    connection = http.client.HTTPConnection(ADDRESS, timeout=120)
    connection.request("GET", url.path + "?" + url.query)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert answer.status == 200 and "<Account>" in text, text
    return "answered"


elsewhere = client("lightsail", region="eu-west-1")
lightsail.create_domain(domainName="matrix.example")
lightsail_certificate("used", "www.matrix.example")
lightsail_certificate("rival", "www.matrix.example", ["rival.matrix.example"])
lightsail_certificate("pending", "nowhere.unproven.example")
lightsail_certificate("far", "far.matrix.example", (), elsewhere)
lightsail_distribution("front")
lightsail_distribution("back")
arn = acm.request_certificate(
    DomainName="cf.matrix.example", SubjectAlternativeNames=["x.matrix.example"], ValidationMethod="DNS"
)["CertificateArn"]
spare = acm.request_certificate(DomainName="spare.matrix.example", ValidationMethod="DNS")["CertificateArn"]

lightsail_credentials()
lightsail_requests()
lightsail_certificates()
lightsail_domains()
until("the certificates to be issued", lambda: lightsail_issued("used") and lightsail_issued("rival"))
until("the distributions to be deployed", lambda: lightsail_deployed("front") and lightsail_deployed("back"))
lightsail_distributions()
for requested in (arn, spare):
    until(
        "ACM's certificates to be issued",
        lambda: acm.describe_certificate(CertificateArn=requested)["Certificate"]["Status"] == "ISSUED",
    )
cloudfront_cases(arn)
support_code = lightsail.get_certificates(certificateName="used")["certificates"][0]["certificateDetail"]["supportCode"]
acm_cases(spare, arn, sibling(arn, support_code.split("/")[-1]))
sts_cases()

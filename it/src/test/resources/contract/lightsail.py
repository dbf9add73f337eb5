"""Walks the errors that the API reference lists for each Lightsail operation around certificates, domains, tags, operations and
load balancers. Prints first what botocore's description lists, then one JSON object for each error that was brought about.

Usage: lightsail.py ENDPOINT ACCESS_KEY SECRET_KEY
"""

import json
import sys
import time

import boto3
from botocore import UNSIGNED, xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, ACCESS_KEY, SECRET_KEY = sys.argv[1:4]
NO_ID = "00000000-0000-4000-8000-000000000000"
INVALID, NOT_FOUND, UNAUTHENTICATED = "InvalidInputException", "NotFoundException", "UnauthenticatedException"


def client(region="us-east-1", **config):
    # The server must find what boto3 would find itself.
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=120, **config)
    return boto3.client(
        "lightsail",
        endpoint_url=ENDPOINT,
        region_name=region,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=config,
    )


lightsail = client()
elsewhere = client("eu-west-1")
unsigned = client(signature_version=UNSIGNED)

ENTRY = {"name": "www.walk.example", "type": "A", "target": "192.0.2.1"}
WINDOW = {"startTime": 1700000000, "endTime": 1700003600, "unit": "Count", "statistics": ["Sum"]}
ARN = "arn:aws:lightsail:us-east-1:111122223333:LoadBalancerTlsCertificate/" + NO_ID
BALANCER = {"loadBalancerName": "front"}
BALANCED = {"loadBalancerName": "front", "certificateName": "site"}

METRIC = {**WINDOW, "metricName": "Requests", "period": 60, "unit": "None"}
PLAIN = {
    "origin": {"name": "127.0.0.1:9", "regionName": "us-east-1"},
    "defaultCacheBehavior": {"behavior": "cache"},
    "bundleId": "small_1_0",
}

# operation -> error -> what brings it about: the client and its arguments
WALK = {
    "CreateCertificate": {INVALID: (lightsail, {"certificateName": "wild", "domainName": "*.walk.example"})},
    "GetCertificates": {INVALID: (lightsail, {"pageToken": "none of ours"})},
    "DeleteCertificate": {
        INVALID: (lightsail, {"certificateName": "used"}),
        NOT_FOUND: (lightsail, {"certificateName": "unknown"}),
    },
    "AttachCertificateToDistribution": {
        INVALID: (lightsail, {"distributionName": "back", "certificateName": "pending"}),
        NOT_FOUND: (lightsail, {"distributionName": "unknown", "certificateName": "used"}),
    },
    "DetachCertificateFromDistribution": {
        INVALID: (lightsail, {"distributionName": "back"}),
        NOT_FOUND: (lightsail, {"distributionName": "unknown"}),
    },
    "CreateDistribution": {
        INVALID: (lightsail, {**PLAIN, "distributionName": "odd", "bundleId": "tiny_1_0"}),
        NOT_FOUND: (lightsail, {**PLAIN, "distributionName": "odd", "certificateName": "unknown"}),
    },
    "UpdateDistribution": {
        INVALID: (
            lightsail,
            {"distributionName": "back", "cacheBehaviorSettings": {"minimumTTL": 9, "defaultTTL": 5}},
        ),
        NOT_FOUND: (lightsail, {"distributionName": "unknown", "isEnabled": False}),
    },
    "DeleteDistribution": {INVALID: (lightsail, {}), NOT_FOUND: (lightsail, {"distributionName": "unknown"})},
    "GetDistributions": {
        INVALID: (elsewhere, {}),
        NOT_FOUND: (lightsail, {"distributionName": "unknown"}),
    },
    "GetDistributionBundles": {INVALID: (elsewhere, {})},
    "UpdateDistributionBundle": {
        INVALID: (lightsail, {"distributionName": "back", "bundleId": "small_1_0"}),
        NOT_FOUND: (lightsail, {"distributionName": "unknown", "bundleId": "small_1_0"}),
    },
    "ResetDistributionCache": {INVALID: (lightsail, {}), NOT_FOUND: (lightsail, {"distributionName": "unknown"})},
    "GetDistributionLatestCacheReset": {
        INVALID: (lightsail, {}),
        NOT_FOUND: (lightsail, {"distributionName": "unknown"}),
    },
    "GetDistributionMetricData": {
        INVALID: (lightsail, {"distributionName": "back", **METRIC, "period": 90}),
        NOT_FOUND: (lightsail, {"distributionName": "unknown", **METRIC}),
    },
    "SetIpAddressType": {
        INVALID: (lightsail, {"resourceType": "Distribution", "resourceName": "back", "ipAddressType": "ipv6"}),
        NOT_FOUND: (lightsail, {"resourceType": "Distribution", "resourceName": "unknown", "ipAddressType": "ipv4"}),
    },
    "CreateDomain": {INVALID: (lightsail, {"domainName": "walk.example"})},
    "GetDomain": {
        INVALID: (elsewhere, {"domainName": "walk.example"}),
        NOT_FOUND: (lightsail, {"domainName": "unknown.example"}),
    },
    "GetDomains": {INVALID: (elsewhere, {})},
    "DeleteDomain": {
        INVALID: (elsewhere, {"domainName": "walk.example"}),
        NOT_FOUND: (lightsail, {"domainName": "unknown.example"}),
    },
    "CreateDomainEntry": {
        INVALID: (lightsail, {"domainName": "walk.example", "domainEntry": {**ENTRY, "target": "no address"}}),
        NOT_FOUND: (lightsail, {"domainName": "unknown.example", "domainEntry": ENTRY}),
    },
    "UpdateDomainEntry": {
        INVALID: (lightsail, {"domainName": "walk.example", "domainEntry": {"type": "A", "target": "192.0.2.1"}}),
        NOT_FOUND: (lightsail, {"domainName": "walk.example", "domainEntry": {**ENTRY, "id": "42"}}),
    },
    "DeleteDomainEntry": {
        INVALID: (elsewhere, {"domainName": "walk.example", "domainEntry": ENTRY}),
        NOT_FOUND: (lightsail, {"domainName": "walk.example", "domainEntry": ENTRY}),
    },
    "TagResource": {
        INVALID: (lightsail, {"resourceName": "site", "resourceArn": ARN, "tags": [{"key": "a"}]}),
        NOT_FOUND: (lightsail, {"resourceName": "unknown", "tags": [{"key": "a"}]}),
    },
    "UntagResource": {
        INVALID: (lightsail, {"resourceName": "used"}),
        NOT_FOUND: (lightsail, {"resourceName": "unknown", "tagKeys": ["a"]}),
    },
    "GetOperation": {
        INVALID: (lightsail, {"operationId": " "}),
        NOT_FOUND: (lightsail, {"operationId": NO_ID}),
    },
    "GetOperations": {INVALID: (lightsail, {"pageToken": "none of ours"})},
    "GetOperationsForResource": {INVALID: (lightsail, {"resourceName": "used", "pageToken": "none of ours"})},
    "GetRegions": {},
    "CreateLoadBalancerTlsCertificate": {INVALID: (lightsail, {**BALANCED, "certificateDomainName": "walk.example"})},
    "GetLoadBalancerTlsCertificates": {INVALID: (lightsail, {}), NOT_FOUND: (lightsail, BALANCER)},
    "AttachLoadBalancerTlsCertificate": {INVALID: (lightsail, BALANCER), NOT_FOUND: (lightsail, BALANCED)},
    "DeleteLoadBalancerTlsCertificate": {INVALID: (lightsail, BALANCER), NOT_FOUND: (lightsail, BALANCED)},
    "GetLoadBalancerTlsPolicies": {INVALID: (lightsail, {})},
    "CreateLoadBalancer": {INVALID: (lightsail, {**BALANCER, "instancePort": 80})},
    "GetLoadBalancer": {INVALID: (lightsail, {}), NOT_FOUND: (lightsail, BALANCER)},
    "GetLoadBalancers": {INVALID: (lightsail, {"pageToken": "none of ours"})},
    "DeleteLoadBalancer": {INVALID: (lightsail, {}), NOT_FOUND: (lightsail, BALANCER)},
    "UpdateLoadBalancerAttribute": {
        INVALID: (lightsail, {**BALANCER, "attributeName": "NoSuchAttribute", "attributeValue": "/"}),
        NOT_FOUND: (lightsail, {**BALANCER, "attributeName": "HealthCheckPath", "attributeValue": "/"}),
    },
    "AttachInstancesToLoadBalancer": {
        INVALID: (lightsail, BALANCER),
        NOT_FOUND: (lightsail, {**BALANCER, "instanceNames": ["one"]}),
    },
    "DetachInstancesFromLoadBalancer": {
        INVALID: (lightsail, BALANCER),
        NOT_FOUND: (lightsail, {**BALANCER, "instanceNames": ["one"]}),
    },
    "GetLoadBalancerMetricData": {
        INVALID: (lightsail, {**BALANCER, **WINDOW, "metricName": "RequestCount", "period": 1}),
        NOT_FOUND: (lightsail, {**BALANCER, **WINDOW, "metricName": "RequestCount", "period": 60}),
    },
    "GetActiveNames": {INVALID: (lightsail, {"pageToken": "none of ours"})},
}


def refused(by, operation, arguments):
    try:
        answer = getattr(by, xform_name(operation))(**arguments)
    except ClientError as refusal:
        error = refusal.response["Error"]
        metadata = refusal.response["ResponseMetadata"]
        return {
            "exception": type(refusal).__name__,
            "message": error.get("Message", ""),
            "fine": refusal.response.get("code", ""),
            "status": metadata["HTTPStatusCode"],
            "requestId": metadata.get("RequestId", ""),
        }
    return {"exception": "none", "message": str(answer)}


def until(what, check):
    deadline = time.monotonic() + 90
    while not check():
        if time.monotonic() > deadline:
            raise SystemExit("gave up waiting for " + what)
        time.sleep(0.2)


def distribution(name):
    lightsail.create_distribution(
        distributionName=name,
        origin={"name": "127.0.0.1:9", "regionName": "us-east-1", "protocolPolicy": "http-only"},
        defaultCacheBehavior={"behavior": "cache"},
        bundleId="small_1_0",
    )


def deployed(name):
    return lightsail.get_distributions(distributionName=name)["distributions"][0]["status"] == "Deployed"


def issued():
    detail = lightsail.get_certificates(certificateName="used")["certificates"][0]["certificateDetail"]
    return detail["status"] == "ISSUED"


lightsail.create_domain(domainName="walk.example")
lightsail.create_certificate(certificateName="used", domainName="www.walk.example")
lightsail.create_certificate(certificateName="pending", domainName="nowhere.unproven.example")
for name in ("front", "back"):
    distribution(name)
until("the certificate to be issued", issued)
until("the distributions to be deployed", lambda: deployed("front") and deployed("back"))
lightsail.attach_certificate_to_distribution(distributionName="front", certificateName="used")

model = lightsail.meta.service_model
listed = {operation: [shape.name for shape in model.operation_model(operation).error_shapes] for operation in WALK}
print(json.dumps(listed), flush=True)
for operation, errors in WALK.items():
    arguments = next(iter(errors.values()))[1] if errors else {}
    errors = {UNAUTHENTICATED: (unsigned, arguments), **errors}
    for error, (by, given) in errors.items():
        print(json.dumps({"operation": operation, "error": error, **refused(by, operation, given)}), flush=True)
